import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { type Case, call, type Outcome } from '../same-span.ts';

/** The attributes given at the start, by setAttributes, and one by one: three cases of the same. */
function everyWay(claim: string, attributes: Record<string, unknown>, more: Partial<Case> = {}): Case[] {
  const given = attributes as Attributes;
  return [
    {
      claim: `${claim}: at the start`,
      run: ({ tracer }) => tracer.startSpan('work', { attributes: given }).end(),
      ...more,
    },
    {
      claim: `${claim}: setAttributes`,
      run: ({ tracer }) => tracer.startSpan('work').setAttributes(given).end(),
      ...more,
    },
    {
      claim: `${claim}: setAttribute`,
      run({ tracer }) {
        const span = tracer.startSpan('work');
        for (const [key, value] of Object.entries(given)) span.setAttribute(key, value);
        span.end();
      },
      ...more,
    },
  ];
}

const many = (count: number): Attributes =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
const counted = (count: number) => (sdk: Outcome) => ({
  ...sdk,
  spans: sdk.spans.map((span) => ({ ...span, dropped: [count, 0, 0] as const })),
});
const COUNTS = 'the SDK warns of what it cannot record after the start, we count it on the span';

const NESTED: AttributeValue = { a: { b: [1, 'two', { c: null }] }, empty: {}, list: [] };

export const ATTRIBUTES: readonly Case[] = [
  ...everyWay('strings, numbers, booleans', {
    text: 'x',
    empty: '',
    int: 7,
    double: 0.5,
    minus: -0,
    yes: true,
    no: false,
  }),
  ...everyWay('numbers without end', { nan: Number.NaN, infinite: Number.POSITIVE_INFINITY, large: 2 ** 60 }),
  ...everyWay('arrays of one type', { texts: ['a', 'b'], numbers: [1, 2.5], flags: [true], none: [] }),
  ...everyWay('arrays with gaps and of mixed types', { gaps: ['a', null, undefined, 'b'], mixed: [1, 'a', true, [2]] }),
  ...everyWay('maps, bytes and null', { map: NESTED, bytes: new Uint8Array([1, 2, 3]), nothing: null }),
  ...everyWay('undefined is no attribute', { a: undefined, b: 1 }),
  ...everyWay('undefined inside a map is no entry', { map: { a: undefined, b: 1 } }),
  ...everyWay('text outside of ASCII', { 'schlüssel 🔑': 'größe 🎉', lone: 'a\ud800b' }),
  {
    claim: 'the same key again overwrites and keeps its place',
    run: ({ tracer }) => {
      const span = tracer.startSpan('work', { attributes: { a: 1, b: 2 } });
      span
        .setAttribute('a', 'new')
        .setAttributes({ b: [1], c: 3 })
        .setAttribute('c', 4)
        .end();
    },
  },
  {
    claim: 'undefined does not delete what is there',
    run: ({ tracer }) => {
      const span = tracer.startSpan('work', { attributes: { a: 1 } });
      call(span, 'setAttribute', 'a', undefined);
      span.end();
    },
  },
  {
    claim: 'what is changed after it was set is not changed on the span',
    run: ({ tracer }) => {
      const list = ['a'];
      const map = { b: [1] };
      const span = tracer.startSpan('work', { attributes: { atStart: list } });
      span.setAttribute('list', list).setAttribute('map', map);
      list.push('later');
      map.b.push(2);
      span.end();
    },
  },
  {
    claim: 'inherited properties are no attributes',
    run: ({ tracer }) => tracer.startSpan('work', { attributes: Object.create({ inherited: 1 }) }).end(),
  },
  {
    claim: 'exactly 128 attributes fit',
    run: ({ tracer }) => tracer.startSpan('work', { attributes: many(128) }).end(),
  },
  ...everyWay('the 129th attribute is dropped and counted', many(129)),
  {
    claim: 'a full span still overwrites',
    spanLimits: { attributeCountLimit: 2 },
    run: ({ tracer }) => {
      tracer.startSpan('work').setAttributes({ a: 1, b: 2, c: 3 }).setAttribute('a', 'new').setAttribute('d', 4).end();
    },
  },
  ...everyWay('count limit 0 keeps none', { a: 1, b: 2 }, { spanLimits: { attributeCountLimit: 0 } }),
  ...everyWay('no count limit keeps 1000', many(1000), {
    spanLimits: { attributeCountLimit: Number.POSITIVE_INFINITY },
  }),
  ...everyWay(
    'values are cut at the length limit, nested ones too',
    {
      text: 'abcdef',
      fits: 'abc',
      texts: ['abcdef', 'x'],
      map: { deep: ['abcdef'] },
      bytes: new Uint8Array([1, 2, 3, 4]),
      number: 123456,
    },
    { spanLimits: { attributeValueLengthLimit: 3 } },
  ),
  ...everyWay('a length limit of 0 is no limit', { text: 'abcdef' }, { spanLimits: { attributeValueLengthLimit: 0 } }),
  {
    claim: 'what is no attribute is dropped and counted at the start',
    run: ({ tracer }) => {
      const hostile: Record<string, unknown> = {
        '': 1,
        f: () => 1,
        s: Symbol('s'),
        n: 1n,
        d: new Date(),
        m: new Map(),
        r: /x/,
      };
      tracer.startSpan('work', { attributes: hostile as Attributes }).end();
    },
  },
  {
    claim: 'a value inside a map that is no attribute drops the whole map',
    run: ({ tracer }) => tracer.startSpan('work', { attributes: { map: { ok: 1, bad: (() => 1) as never } } }).end(),
  },
  {
    claim: 'a cycle is dropped and counted',
    run: ({ tracer }) => {
      const cycle: Record<string, unknown> = { a: 1 };
      cycle.self = cycle;
      const list: unknown[] = [];
      list.push(list);
      tracer.startSpan('work', { attributes: { cycle, list, twice: [NESTED, NESTED] } as Attributes }).end();
    },
  },
  {
    claim: 'what is no attribute is counted after the start as well',
    run: ({ tracer }) => {
      const span = tracer.startSpan('work');
      call(span, 'setAttribute', 'f', () => 1);
      call(span, 'setAttribute', '', 1);
      call(span, 'setAttributes', { n: 1n, ok: 1 });
      span.end();
    },
    differs: { because: COUNTS, ours: counted(3) },
  },
  {
    claim: 'a value that cannot be recorded leaves the older one',
    run: ({ tracer }) => {
      const span = tracer.startSpan('work', { attributes: { a: 1 } });
      call(span, 'setAttribute', 'a', Symbol('s'));
      span.end();
    },
    differs: { because: COUNTS, ours: counted(1) },
  },
  {
    claim: 'half of a surrogate pair is not kept by a cut',
    spanLimits: { attributeValueLengthLimit: 2 },
    run: ({ tracer }) => tracer.startSpan('work', { attributes: { text: 'a🎉' } }).end(),
    differs: {
      because: 'the SDK leaves a lone surrogate, which UTF-8 cannot say',
      ours: (sdk) => ({ ...sdk, spans: sdk.spans.map((span) => ({ ...span, attributes: { text: 'a' } })) }),
    },
  },
];
