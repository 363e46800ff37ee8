import { expect, test } from '@jest/globals';
import {
  type Attributes,
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  type SpanContext,
  TraceFlags,
  type TraceState,
  trace,
} from '@opentelemetry/api';
import fc from 'fast-check';
import { ManualTime } from '../../test/manual-time.ts';
import { createConsistentSampler } from './consistent-sampler.ts';
import { readOt } from './ot-member.ts';
import { STANDARD_SAMPLERS, standardSampling } from './standard-sampling.ts';

const HEAD = '0af7651916cd43dd84';
const LOW = `${HEAD}00000000000001`;
const HIGH = `${HEAD}fffffffffffffe`;
const RECORD = 1;
const SAMPLED = 2;

function parent(options: Partial<SpanContext> & { readonly state?: string } = {}): Context {
  const { state, ...context } = options;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: LOW,
    spanId: '00f067aa0ba902b7',
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
    ...(state !== undefined && { traceState: createTraceState(state) }),
    ...context,
  });
}

type Sampler = ReturnType<typeof createConsistentSampler>;
const ask = (sampler: Sampler, context: Context, traceId: string, attributes: Attributes = {}) =>
  sampler.shouldSample(context, traceId, 'GET', 1, attributes, []);
/** The trace state a span gets: the sampler's, or else the parent's. */
const stateOf = (sampler: Sampler, context: Context, traceId: string) =>
  (ask(sampler, context, traceId).traceState ?? trace.getSpanContext(context)?.traceState)?.serialize() ?? '';

test('a trace that begins here is sampled when its last 56 bits reach the threshold, and says so', () => {
  const sampler = createConsistentSampler();
  const sampled = ask(sampler, ROOT_CONTEXT, `${HEAD}e6660000000000`);
  expect(sampled.decision).toBe(SAMPLED);
  expect(sampled.traceState?.serialize()).toBe('ot=th:e666');
  expect(ask(sampler, ROOT_CONTEXT, `${HEAD}e665ffffffffff`)).toEqual({ decision: RECORD });
});

test('one in ten traces is sampled by default', () => {
  const sampler = createConsistentSampler();
  let count = 0;
  for (let index = 0; index < 10_000; index += 1) {
    const digits = Math.floor((index / 10_000) * 2 ** 32).toString(16);
    if (ask(sampler, ROOT_CONTEXT, `${HEAD}${digits.padStart(8, '0')}000000`).decision === SAMPLED) count += 1;
  }
  expect(count).toBe(1_000);
});

test('the rules of routes come first, then health checks are 0, by route, path or old target', () => {
  const sampler = createConsistentSampler({ ratio: 0.5, routes: [{ route: '/orders/:id', ratio: 1 }] });
  expect(ask(sampler, ROOT_CONTEXT, LOW, { 'url.path': '/orders/42' }).traceState?.serialize()).toBe('ot=th:0');
  expect(ask(sampler, ROOT_CONTEXT, LOW, { 'http.route': '/orders/:id' }).decision).toBe(SAMPLED);
  expect(ask(sampler, ROOT_CONTEXT, LOW, { 'url.path': '/orders' }).decision).toBe(RECORD);
  expect(ask(sampler, ROOT_CONTEXT, HIGH, { 'url.path': '/orders' }).decision).toBe(SAMPLED);
  expect(ask(sampler, ROOT_CONTEXT, HIGH, { 'url.path': '/healthz' }).decision).toBe(RECORD);
  expect(ask(sampler, ROOT_CONTEXT, HIGH, { 'http.target': '/healthz?full=1' }).decision).toBe(RECORD);
  const plain = createConsistentSampler({ ratio: 1, healthCheckRoutes: [] });
  expect(ask(plain, ROOT_CONTEXT, LOW, { 'url.path': '/healthz' }).decision).toBe(SAMPLED);
});

test('an unsampled parent is followed; a threshold it still claims is removed, all else stays', () => {
  const sampler = createConsistentSampler({ ratio: 1 });
  const none = parent({ traceFlags: TraceFlags.NONE });
  expect(ask(sampler, none, LOW)).toEqual({ decision: RECORD });
  const claiming = parent({ traceFlags: TraceFlags.NONE, state: 'ot=th:8;rv:0123456789abcd,acme=1' });
  expect(ask(sampler, claiming, LOW).decision).toBe(RECORD);
  expect(stateOf(sampler, claiming, LOW)).toBe('ot=rv:0123456789abcd,acme=1');
  const clean = parent({ traceFlags: TraceFlags.NONE, isRemote: false, state: 'acme=1' });
  expect(ask(sampler, clean, LOW)).toEqual({ decision: RECORD });
});

test('a sampled parent is followed with its threshold, unless that contradicts the trace: then without', () => {
  const sampler = createConsistentSampler({ ratio: 0 });
  expect(ask(sampler, parent({ state: 'ot=th:8,a=1', traceId: HIGH }), HIGH)).toEqual({ decision: SAMPLED });
  expect(stateOf(sampler, parent({ state: 'ot=th:8;rv:ffffffffffffff' }), LOW)).toBe('ot=th:8;rv:ffffffffffffff');
  expect(ask(sampler, parent({ state: 'ot=th:8,a=1' }), LOW).decision).toBe(SAMPLED);
  expect(stateOf(sampler, parent({ state: 'ot=th:8,a=1' }), LOW)).toBe('a=1');
  expect(ask(sampler, parent({ isRemote: false }), LOW)).toEqual({ decision: SAMPLED });
});

test('10,000 forged sampled requests in a second: 100 are believed, of the rest no more than without a flag', () => {
  const time = new ManualTime();
  let draw = 0;
  const random = () => (draw++ % 10) / 10;
  const sampler = createConsistentSampler({ ratio: 0.1, clock: time, random });
  const forged = parent({ traceId: HIGH, state: 'ot=th:0;rv:ffffffffffffff,a=1' });
  const run = () => {
    let sampled = 0;
    for (let index = 0; index < 10_000; index += 1) if (ask(sampler, forged, HIGH).decision === SAMPLED) sampled += 1;
    return sampled;
  };
  expect(run()).toBe(100 + 990);
  expect(stateOf(sampler, forged, HIGH)).toBe('ot=rv:ffffffffffffff,a=1');
  time.advance(500);
  expect(run()).toBeGreaterThanOrEqual(50 + 990);
  time.advance(10_000);
  expect(run()).toBeLessThanOrEqual(100 + 1_000);
});

test('0 trusts no caller, Infinity every one; a clock that goes back gives no trust', () => {
  const nobody = createConsistentSampler({ ratio: 0, trustedParentsPerSecond: 0 });
  expect(ask(nobody, parent(), LOW).decision).toBe(RECORD);
  expect(ask(nobody, parent({ isRemote: false }), LOW).decision).toBe(SAMPLED);
  const all = createConsistentSampler({ ratio: 0, trustedParentsPerSecond: Number.POSITIVE_INFINITY });
  for (let index = 0; index < 1_000; index += 1) expect(ask(all, parent(), LOW).decision).toBe(SAMPLED);
  const time = new ManualTime();
  const one = createConsistentSampler({ ratio: 0, trustedParentsPerSecond: 1, clock: time });
  expect(ask(one, parent(), LOW).decision).toBe(SAMPLED);
  time.advance(-5_000);
  expect(ask(one, parent(), LOW).decision).toBe(RECORD);
  time.advance(5_999);
  expect(ask(one, parent(), LOW).decision).toBe(RECORD);
  time.advance(1);
  expect(ask(one, parent(), LOW).decision).toBe(SAMPLED);
});

test('a parent the tracer found invalid, so that it made a new trace id, decides nothing', () => {
  const sampler = createConsistentSampler({ ratio: 0.5 });
  const invalid = parent({ traceId: '0'.repeat(32), traceFlags: TraceFlags.SAMPLED });
  expect([ask(sampler, invalid, LOW).decision, ask(sampler, invalid, HIGH).decision]).toEqual([RECORD, SAMPLED]);
});

test('not aware of parents, it decides by its own rate, by the trace’s rv where there is one', () => {
  const sampler = createConsistentSampler({ ratio: 0.5, parentBased: false });
  expect(sampler.inheritsLocalParent).toBe(false);
  expect(ask(sampler, parent(), LOW).decision).toBe(RECORD);
  const chosen = parent({ traceFlags: TraceFlags.NONE, state: 'a=1,ot=th:f;rv:80000000000000' });
  expect(ask(sampler, chosen, LOW).decision).toBe(SAMPLED);
  expect(stateOf(sampler, chosen, LOW)).toBe('ot=th:8;rv:80000000000000,a=1');
  expect(stateOf(sampler, parent({ traceId: HIGH, state: 'ot=th:0;rv:7fffffffffffff' }), HIGH)).toBe(
    'ot=rv:7fffffffffffff',
  );
});

test.each([
  ['always_on', [2, 2, 2, 2]],
  ['always_off', [0, 0, 0, 0]],
  ['traceidratio', [0, 2, 0, 2]],
  ['parentbased_always_on', [2, 2, 2, 0]],
  ['parentbased_always_off', [0, 0, 2, 0]],
  ['parentbased_traceidratio', [0, 2, 2, 0]],
] as const)('OTEL_TRACES_SAMPLER=%s keeps its meaning', (name, expected) => {
  const { sampler: options, tailRetention } = standardSampling(name, 0.5);
  const sampler = createConsistentSampler(options);
  const unsampled = parent({ traceFlags: TraceFlags.NONE, traceId: HIGH });
  const health = { 'url.path': '/health' };
  expect([
    ask(sampler, ROOT_CONTEXT, LOW, health).decision,
    ask(sampler, ROOT_CONTEXT, HIGH, health).decision,
    ask(sampler, parent(), LOW).decision,
    ask(sampler, unsampled, HIGH).decision,
  ]).toEqual(expected);
  expect(tailRetention).toBe(false);
  expect(STANDARD_SAMPLERS).toContain(name);
});

test('a context, trace state or attribute object that throws records without the flag', () => {
  const sampler = createConsistentSampler({ ratio: 1 });
  const fail = () => {
    throw new Error('no');
  };
  const hostile = { get: fail, set: fail, unset: fail, serialize: fail };
  const bad = {
    getValue: () => ({
      spanContext: () => {
        throw new Error('no');
      },
    }),
  } as unknown as Context;
  expect(ask(sampler, bad, LOW)).toEqual({ decision: RECORD });
  const state = parent({ traceState: hostile as unknown as TraceState });
  expect(ask(sampler, state, LOW)).toEqual({ decision: RECORD });
  const attributes = {
    get 'http.route'(): string {
      throw new Error('no');
    },
  };
  expect(ask(sampler, ROOT_CONTEXT, LOW, attributes)).toEqual({ decision: RECORD });
});

test('one error names every bad option', () => {
  const bad = {
    ratio: 2,
    parentBased: 'yes',
    trustedParentsPerSecond: -1,
    routes: [{ route: 'x', ratio: 3 }],
    sampel: 1,
  };
  expect(() => createConsistentSampler(bad as never)).toThrow(
    new TypeError(
      'createConsistentSampler: sampel: expected one of ratio, parentBased, routes, healthCheckRoutes, ' +
        'trustedParentsPerSecond, recordUnsampled, clock, random, got this name; ' +
        'ratio: expected a number from 0 to 1, got 2; parentBased: expected true or false, got "yes"; ' +
        'routes[0].route: expected text that begins with "/", got "x"; ' +
        'routes[0].ratio: expected a number from 0 to 1, got 3; ' +
        'trustedParentsPerSecond: expected a number from 0 up, or Infinity, got -1',
    ),
  );
  expect(() => createConsistentSampler(7 as never)).toThrow(
    'createConsistentSampler: options: expected an object, got 7',
  );
  expect(String(createConsistentSampler({ ratio: 0.25 }))).toBe('ConsistentSampler{ratio=0.25,parentBased=true}');
});

test('100,000 parents of any kind: never a throw, an unsampled span never claims a threshold, a sampled one only a true one', () => {
  const samplers = [
    {},
    { ratio: 1 },
    { ratio: 0.5, parentBased: false },
    { ratio: 0.3, trustedParentsPerSecond: 0 },
  ].map((options) => createConsistentSampler(options));
  const hex = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));
  const member = fc.oneof(
    fc.tuple(hex(2), hex(14)).map(([th, rv]) => `ot=th:${th};rv:${rv}`),
    hex(3).map((th) => `ot=x:1;th:${th}`),
    fc.stringMatching(/^ot=[ -~]{0,12}$/),
    fc.stringMatching(/^[a-z]{1,3}=[ -~]{0,10}$/),
  );
  const state = fc.option(fc.array(member, { maxLength: 4 }).map((members) => members.join(',')));
  const flags = fc.integer({ min: 0, max: 3 });
  fc.assert(
    fc.property(hex(32), flags, fc.boolean(), state, fc.nat(3), (traceId, traceFlags, isRemote, raw, which) => {
      const sampler = samplers[which] as Sampler;
      const context = parent({ traceId, traceFlags, isRemote, ...(raw !== null && { state: raw }) });
      const { decision, traceState } = ask(sampler, context, traceId);
      if (decision !== RECORD && decision !== SAMPLED) throw new Error(`decision ${decision}`);
      const isInherited = sampler.inheritsLocalParent && !isRemote && decision === SAMPLED;
      const after = traceState ?? trace.getSpanContext(context)?.traceState;
      const { threshold, randomness } = readOt(after?.get('ot'));
      if (threshold === undefined || isInherited) return;
      if (decision === RECORD) throw new Error('an unsampled span claims a threshold');
      if ((randomness ?? traceId.slice(18)) < threshold) throw new Error('the threshold rejects the trace');
    }),
    { numRuns: 100_000 },
  );
});

test('a root asked by the numbers of its id gets the answer of the question by its text', () => {
  const routes = [
    { route: '/a', ratio: 0.3 },
    { route: '/b/*', ratio: 0 },
  ];
  const samplers = [0, 1e-6, 0.1, 0.5, 1].map((ratio) => createConsistentSampler({ ratio, routes }));
  const path = fc.constantFrom('/a', '/b/c', '/other', '/health', undefined);
  const near = fc.constantFrom(
    'e6660000000000',
    'e665ffffffffff',
    '80000000000000',
    'ffffffffffffff',
    '00000000000000',
  );
  const bits = fc.oneof(fc.stringMatching(/^[0-9a-f]{14}$/), near);
  fc.assert(
    fc.property(fc.constantFrom(...samplers), bits, path, (sampler, random, route) => {
      const attributes = route === undefined ? {} : { 'url.path': route };
      const [high, low] = [Number.parseInt(random.slice(0, 6), 16), Number.parseInt(random.slice(6), 16)];
      const byNumbers = sampler.sampleRoot(high, low, Object.entries(attributes).flat());
      expect(byNumbers).toBe(ask(sampler, ROOT_CONTEXT, `${HEAD}${random}`, attributes));
    }),
    { numRuns: 10_000 },
  );
});
