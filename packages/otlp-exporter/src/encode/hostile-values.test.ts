import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainSpan, sdkValue } from '../../test/arbitrary-span.ts';
import { type DecodedSpan, decodeSpan } from '../../test/otlp-decoder.ts';
import { ENCODE_ERROR } from './encode-outcome.ts';
import { createSpanEncoder } from './span-encoder.ts';

const GUARD = 64;
const encoder = createSpanEncoder();
const target = new Uint8Array(new SharedArrayBuffer(65_536 + 2 * GUARD));

/** Encodes between guards and fails if one of their bytes changes. */
function encodeGuarded(attributes: readonly unknown[]): DecodedSpan {
  target.fill(0xa5);
  const end = encoder.encode({ ...plainSpan, attributes }, target, GUARD, GUARD + 65_536);
  expect(end).toBeGreaterThan(0);
  for (let i = 0; i < GUARD; i++) {
    if (target[i] !== 0xa5 || target[GUARD + 65_536 + i] !== 0xa5) throw new Error(`a byte outside was written: ${i}`);
  }
  return decodeSpan(target.subarray(GUARD, end));
}

const fails = (): never => {
  throw new Error('from the application');
};

const circle: unknown[] = [1];
circle.push(circle, circle);
const ring: Record<string, unknown> = { a: 1 };
ring.again = { ring };

function nested(depth: number, leaf: unknown): unknown {
  return depth === 0 ? leaf : depth % 2 === 0 ? [nested(depth - 1, leaf)] : { in: nested(depth - 1, leaf) };
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(64);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

function lyingBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(8).fill(7);
  Object.defineProperty(bytes, 'length', { value: length });
  Object.defineProperty(bytes, 'byteLength', { value: length });
  Object.defineProperty(bytes, 'subarray', { value: () => new Uint8Array(1 << 20) });
  return bytes;
}

function revoked(of: object): unknown {
  const { proxy, revoke } = Proxy.revocable(of, {});
  revoke();
  return proxy;
}

/** Each as a function: some of them can be used only once. */
const REFUSED: Record<string, () => unknown> = {
  symbol: () => Symbol('s'),
  bigint: () => 12n,
  function: () => fails,
  class: () => class {},
  'date instance': () => new Date(0),
  map: () => new Map([['a', 1]]),
  'set of maps': () => new Set([new Map()]),
  'regular expression': () => /x/,
  error: () => new Error('x'),
  promise: () => Promise.resolve(1),
  'weak reference': () => new WeakRef({}),
  'boxed number': () => Object(1),
  'float array': () => new Float64Array(3),
  'signed bytes': () => new Int8Array(3),
  'data view': () => new DataView(new ArrayBuffer(4)),
  'array buffer': () => new ArrayBuffer(4),
  circle: () => circle,
  'circle of maps': () => ring,
  '64 deep': () => nested(64, 'x'),
  '10,000 deep': () => Array.from({ length: 10_000 }).reduce((inner: unknown) => [inner], 1),
  'throwing getter': () => Object.defineProperty({}, 'a', { enumerable: true, get: fails }),
  'throwing item': () => Object.defineProperty([1, 2], 1, { enumerable: true, get: fails }),
  'throwing trap for keys': () => new Proxy({}, { ownKeys: fails }),
  'throwing trap for values': () => new Proxy([1], { get: fails }),
  'throwing trap for the prototype': () => new Proxy({}, { getPrototypeOf: fails }),
  'revoked map': () => revoked({}),
  'revoked list': () => revoked([]),
  'symbol at the bottom': () => ['kept', [{ at: [1, Symbol('bottom')] }]],
  'list of two billion holes': () => Object.assign([], { length: 2 ** 31 }),
  'list that says it is endless': () =>
    new Proxy([], { get: (_, name) => (name === 'length' ? Number.MAX_SAFE_INTEGER : 1) }),
  'map of 100,000 entries': () => Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i])),
  'key of 600 units': () => ({ ['k'.repeat(600)]: 1 }),
};

/** Odd, but with a form in OTLP. */
const KEPT: Record<string, () => unknown> = {
  'detached bytes': detached,
  'bytes that lie about a huge length': () => lyingBytes(1e9),
  'bytes that lie about a negative length': () => lyingBytes(-1),
  'bytes of shared memory': () => new Uint8Array(new SharedArrayBuffer(16)),
  'null prototype': () => Object.assign(Object.create(null), { a: 1 }),
  'own __proto__': () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}'),
  'throwing toString and toJSON': () => ({ a: { b: 1 }, toJSON: null, valueOf: null }),
  frozen: () => Object.freeze({ list: Object.freeze([1, 'a']) }),
  '31 deep': () => nested(31, 'x'),
  'lone surrogates': () => '\ud800\udc00\ud800',
  'not a number': () => Number.NaN,
  'minus zero': () => -0,
  'ten million characters': () => 'x'.repeat(1e7),
};

test.each(Object.entries(REFUSED))('a value that is %s is dropped and counted, its neighbours stay', (_, make) => {
  const span = encodeGuarded(['before', 1, 'bad', make(), 'after', 'x']);
  expect(span.attributes.map(({ key }) => key)).toEqual(['before', 'after']);
  expect(span.droppedAttributesCount).toBe(1);
});

test.each(Object.entries(KEPT))('a value that is %s is kept', (_, make) => {
  const span = encodeGuarded(['before', 1, 'odd', make(), 'after', 'x']);
  expect(span.attributes.map(({ key }) => key)).toEqual(['before', 'odd', 'after']);
  expect(span.droppedAttributesCount).toBe(0);
});

const CHEAP_HOSTILE = [...Object.keys(REFUSED), ...Object.keys(KEPT)].filter(
  (name) => !/100,000|10,000|million|billion|endless/.test(name),
);

/** Values as recipes: the generator itself would trip over a Proxy that throws. */
type Recipe = () => unknown;

const hostile: fc.Arbitrary<Recipe> = fc.letrec<{ value: Recipe }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { weight: 3, arbitrary: sdkValue.map((value) => () => value) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(...CHEAP_HOSTILE).map((name) => ({ ...REFUSED, ...KEPT })[name] as Recipe),
    },
    fc
      .anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true })
      .map((value) => () => value),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => () => items.map((make) => make())),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => () => ({ ...items.map((make) => make()) })),
    tie('value').map((make) => () => new Proxy({ in: make() }, { has: fails, defineProperty: fails })),
    tie('value').map((make) => () => Object.defineProperty({}, 'g', { enumerable: true, get: make })),
  ),
})).value;

test('100,000 hostile values: no throw, no byte outside, what is written and what is counted is everything', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 100, maxLength: 100 }), (recipes) => {
      const values = recipes.map((make) => make());
      const span = encodeGuarded([...values.flatMap((value, i) => [`k${i}`, value]), 'last', 'kept']);
      const set = values.filter((value) => value !== undefined).length + 1;
      expect(span.attributes.length + span.droppedAttributesCount).toBe(set);
      expect(span.attributes.at(-1)).toEqual({ key: 'last', value: { stringValue: 'kept' } });
    }),
    { numRuns: 1_000 },
  );
}, 120_000);

test('128 lists that fail at their 1,001st item cost the work of six, and what is no list stays', () => {
  let reads = 0;
  const items = [...Array.from({ length: 1_000 }, () => 5), Symbol('last')];
  const counting = (): unknown =>
    new Proxy(items, {
      get: (list, name) => {
        reads++;
        return Reflect.get(list, name);
      },
    });
  const span = encodeGuarded([...Array.from({ length: 128 }, (_, i) => [`k${i}`, counting()]).flat(), 'last', 'kept']);
  expect(span.attributes.map(({ key }) => key)).toEqual(['last']);
  expect(span.droppedAttributesCount).toBe(128);
  // Four bytes an item, up to a quarter of the span's bytes.
  expect(reads).toBeLessThan(6 * 1_010);
});

test('a list too long for the span is not read at all', () => {
  let reads = 0;
  const endless = new Proxy([], { get: (_, name) => (name === 'length' ? 40_000 : reads++) });
  expect(encodeGuarded(['a', endless]).droppedAttributesCount).toBe(1);
  expect(reads).toBe(0);
});

test('a span ended inside of a getter of an attribute is refused, the outer one is whole', () => {
  let inner = 0;
  const attribute = Object.defineProperty({}, 'g', {
    enumerable: true,
    get: () => {
      inner = encoder.encode({ ...plainSpan, name: 'inner' }, target, GUARD, target.length);
      return 'value';
    },
  });
  const span = encodeGuarded(['a', attribute]);
  expect(inner).toBe(ENCODE_ERROR);
  expect(span.name).toBe(plainSpan.name);
  expect(span.attributes).toHaveLength(1);
});

test('a polluted Object.prototype adds nothing to a map', () => {
  const prototype = Object.prototype as { polluted?: string };
  prototype.polluted = 'yes';
  try {
    const span = encodeGuarded(['m', { own: 1 }]);
    expect(span.attributes[0]?.value?.kvlistValue?.values.map(({ key }) => key)).toEqual(['own']);
  } finally {
    delete prototype.polluted;
  }
});

const BROKEN: [string, object][] = [
  ['empty ids', { traceId: '', spanId: '' }],
  ['a trace id of 31 digits', { traceId: 'a'.repeat(31) }],
  ['a span id with a letter that is no digit', { spanId: 'b7ad6b716920333g' }],
  ['an id beyond ASCII', { spanId: 'b7ad6b716920333\u0661' }],
  ['no attributes at all', { attributes: undefined }],
  ['events that are no list', { events: null }],
];

test.each(BROKEN)('a record with %s is an encode error and throws nothing', (_, broken) => {
  expect(encoder.encode({ ...plainSpan, ...broken }, target, 0, target.length)).toBe(ENCODE_ERROR);
});
