import { type Case, call, type Outcome } from '../same-span.ts';

const TIME = 1_500_000_000_000;

function recording(...exceptions: unknown[]): Case['run'] {
  return ({ tracer }) => {
    const span = tracer.startSpan('work', { startTime: TIME });
    for (const exception of exceptions) call(span, 'recordException', exception, TIME + 1);
    span.end(TIME + 2);
  };
}

const event = (attributes: Record<string, string>) => ({
  name: 'exception',
  time: [1_500_000_000, 1_000_000],
  attributes,
  dropped: 0,
});

/** Our outcome where the SDK's has no events, or threw before the span ended. */
function withEvents(...attributes: Record<string, string>[]): (sdk: Outcome) => Outcome {
  return () => ({
    observed: [],
    threw: false,
    spans: [
      {
        name: 'work',
        kind: 0,
        context: ['2'.padStart(32, '0'), '1'.padStart(16, '0'), 1, '', false],
        parentSpanId: '',
        parentIsRemote: false,
        start: [1_500_000_000, 0],
        end: [1_500_000_000, 2_000_000],
        duration: [0, 2_000_000],
        status: { code: 0, message: '' },
        attributes: {},
        events: attributes.map(event),
        links: [],
        ended: true,
        scope: ['shop', '1.2.3', ''],
        resource: { 'service.name': 'shop', 'host.id': 7 },
        dropped: [0, 0, 0],
      },
    ],
  });
}

const error = new TypeError('boom');
const coded = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
const throwing = (): never => {
  throw new Error('hostile');
};
const trap = new Proxy({}, { get: throwing, has: throwing, getPrototypeOf: throwing, ownKeys: throwing });
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

export const EXCEPTIONS: readonly Case[] = [
  { claim: 'an Error: type, message, stack', run: recording(error) },
  { claim: 'an error code is the type', run: recording(coded) },
  { claim: 'a numeric code is a text', run: recording({ code: 404, message: 'gone' }) },
  { claim: 'code 0 is none: the name is the type', run: recording({ code: 0, name: 'Zero', message: 'm' }) },
  { claim: 'a string is the message', run: recording('boom') },
  { claim: 'a plain object with a message', run: recording({ message: 'boom' }) },
  { claim: 'a plain object with a name', run: recording({ name: 'Boom' }) },
  { claim: 'a stack alone is nothing', run: recording({ stack: 'at …' }) },
  {
    claim: 'nothing is recorded of {}, null, undefined, 0 and the empty string',
    run: recording({}, null, undefined, ''),
  },
  { claim: 'two exceptions are two events', run: recording(error, 'again') },
  {
    claim: 'a length limit cuts message and stack',
    spanLimits: { attributeValueLengthLimit: 3 },
    run: recording(error),
  },
  {
    claim: 'bare numbers, bigints and booleans are their own message',
    run: recording(0, 42, 7n, false),
    differs: {
      because: 'the SDK drops them with a warning',
      ours: withEvents(...['0', '42', '7', 'false'].map((text) => ({ 'exception.message': text }))),
    },
  },
  {
    claim: 'a symbol is recorded as text',
    run: recording(Symbol('lost')),
    differs: { because: 'the SDK throws', ours: withEvents({ 'exception.message': 'Symbol(lost)' }) },
  },
  {
    claim: 'a proxy whose traps throw is nothing',
    run: recording(trap),
    differs: { because: 'the SDK throws', ours: withEvents() },
  },
  {
    claim: 'a revoked proxy is nothing',
    run: recording(revoked),
    differs: { because: 'the SDK throws', ours: withEvents() },
  },
  {
    claim: 'getters that throw are passed over, the rest is recorded',
    run: recording({
      name: 'Half',
      get message(): string {
        return throwing();
      },
      get stack(): string {
        return throwing();
      },
    }),
    differs: { because: 'the SDK throws', ours: withEvents({ 'exception.type': 'Half' }) },
  },
  {
    claim: 'a code that has no text is passed over',
    run: recording({ code: Object.create(null), message: 'm' }),
    differs: { because: 'the SDK throws', ours: withEvents({ 'exception.message': 'm' }) },
  },
];
