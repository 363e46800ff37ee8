import type { Attributes, Link } from '@opentelemetry/api';
import { createTraceState } from '@opentelemetry/api';
import { type Case, call, REMOTE } from '../same-span.ts';

const TIME = 1_500_000_000_000;
const link = (index: number, attributes?: Attributes): Link => ({
  context: { ...REMOTE, spanId: (index + 1).toString(16).padStart(16, '0') },
  ...(attributes && { attributes }),
});
const links = (count: number): Link[] => Array.from({ length: count }, (_, index) => link(index));
const many = (count: number): Attributes =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));

export const EVENTS_AND_LINKS: readonly Case[] = [
  {
    claim: 'events keep their order, attributes and times',
    run({ tracer }) {
      const span = tracer.startSpan('work', { startTime: TIME });
      span
        .addEvent('plain', TIME)
        .addEvent('with', { a: 1, b: ['x'], c: true }, TIME + 1)
        .addEvent('empty', {}, TIME + 2);
      span.end(TIME + 3);
    },
  },
  {
    claim: 'events take simple values only: the rest is dropped and counted',
    run({ tracer }) {
      const odd = {
        map: { a: 1 },
        bytes: new Uint8Array(2),
        nothing: null,
        mixed: [1, 'a'],
        gaps: [null, 1, undefined],
        ok: 1,
        '': 1,
        u: undefined,
      };
      tracer
        .startSpan('work')
        .addEvent('e', odd as Attributes)
        .end();
    },
  },
  {
    claim: 'the newest 128 events are kept, the others counted',
    run({ tracer }) {
      const span = tracer.startSpan('work');
      for (let index = 0; index < 131; index += 1) span.addEvent(`e${index}`);
      span.end();
    },
  },
  {
    claim: 'event limit 0 keeps none and counts',
    spanLimits: { eventCountLimit: 0 },
    run({ tracer }) {
      const span = tracer.startSpan('work').addEvent('a').addEvent('b');
      span.recordException('c');
      span.end();
    },
  },
  {
    claim: 'attributes of an event have limits of their own',
    spanLimits: { attributePerEventCountLimit: 2, attributeValueLengthLimit: 3 },
    run: ({ tracer }) =>
      tracer
        .startSpan('work')
        .addEvent('e', { a: 'abcdef', b: ['abcdef'], c: 1, d: 2 })
        .end(),
  },
  {
    claim: 'the list of attributes of an event is as it was when the event was added',
    run({ tracer }) {
      const attributes = { list: ['a'] };
      const span = tracer.startSpan('work').addEvent('e', attributes);
      attributes.list.push('later');
      span.end();
    },
  },
  { claim: 'links at the start', run: ({ tracer }) => tracer.startSpan('work', { links: links(2) }).end() },
  {
    claim: 'addLink and addLinks append',
    run: ({ tracer }) =>
      tracer
        .startSpan('work', { links: [link(0)] })
        .addLink(link(1))
        .addLinks([link(2), link(3)])
        .end(),
  },
  {
    claim: 'a link keeps tracestate, flags and whether it is remote',
    run({ tracer }) {
      const context = { ...REMOTE, traceFlags: 3, traceState: createTraceState('vendor=1,other=2') };
      const { isRemote: _, ...local } = REMOTE;
      tracer
        .startSpan('work', { links: [{ context }] })
        .addLink({ context: local })
        .end();
    },
  },
  {
    claim: 'links take every type of attribute',
    run: ({ tracer }) =>
      tracer
        .startSpan('work', { links: [link(0, { map: { a: [1, null] }, bytes: new Uint8Array(2), n: null })] })
        .end(),
  },
  {
    claim: 'of 131 links at the start the newest 128 are kept',
    run: ({ tracer }) => tracer.startSpan('work', { links: links(131) }).end(),
  },
  {
    claim: 'of 131 links added the newest 128 are kept',
    run: ({ tracer }) => tracer.startSpan('work').addLinks(links(131)).end(),
  },
  {
    claim: 'link limit 0 keeps none and counts',
    spanLimits: { linkCountLimit: 0 },
    run: ({ tracer }) =>
      tracer
        .startSpan('work', { links: links(1) })
        .addLink(link(1))
        .end(),
  },
  {
    claim: 'attributes of a link have a limit of their own',
    spanLimits: { attributePerLinkCountLimit: 2 },
    run: ({ tracer }) =>
      tracer
        .startSpan('work', { links: [link(0, many(4))] })
        .addLink(link(1, many(3)))
        .end(),
  },
  {
    claim: 'a link with an invalid context is kept',
    run: ({ tracer }) => {
      const context = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };
      tracer.startSpan('work', { links: [{ context, attributes: { why: 'lost' } }] }).end();
    },
  },
  {
    claim: 'a link without a context is dropped and counted',
    run: ({ tracer }) => {
      const span = tracer.startSpan('work');
      call(span, 'addLink', {});
      call(span, 'addLink', null);
      span.end();
    },
    differs: {
      because: 'the SDK throws',
      ours: (sdk) => ({
        observed: sdk.observed,
        threw: false,
        spans: [{ ...PLAIN, dropped: [0, 0, 2] }],
      }),
    },
  },
];

const PLAIN = {
  name: 'work',
  kind: 0,
  context: ['2'.padStart(32, '0'), '1'.padStart(16, '0'), 1, '', false],
  parentSpanId: '',
  parentIsRemote: false,
  start: 'now',
  end: 'now',
  duration: 'measured',
  status: { code: 0, message: '' },
  attributes: {},
  events: [],
  links: [],
  ended: true,
  scope: ['shop', '1.2.3', ''],
  resource: { 'service.name': 'shop', 'host.id': 7 },
};
