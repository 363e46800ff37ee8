import { expect, test } from '@jest/globals';
import { ManualTime } from '../../test/manual-time.ts';
import { MemorySink } from '../../test/memory-pipeline.ts';
import { LocalTrace } from './local-trace.ts';
import { TraceBuffer, type TraceBufferBounds } from './trace-buffer.ts';

const BOUNDS = { maxSpansPerTrace: 3, maxBytesPerTrace: 1_000, maxSpans: 5, maxBytes: 2_000, maxHoldMillis: 30_000 };
const FAST = { isSlow: false, isRouteKept: false };
const SLOW = { isSlow: true, isRouteKept: false };

function setUp(bounds: Partial<TraceBufferBounds> = {}, slowMillis = 1_000) {
  const sink = new MemorySink();
  const time = new ManualTime();
  const sent: string[] = [];
  const buffer = new TraceBuffer<string>({
    bounds: { ...BOUNDS, ...bounds },
    accounts: sink,
    clock: time,
    timers: time,
    send: (span, { rule, isPartial, isCritical }) =>
      void sent.push(
        [span, rule ?? 'head', ...(isPartial ? ['partial'] : []), ...(isCritical ? ['critical'] : [])].join(' '),
      ),
    slowAfterMillis: () => slowMillis,
  });
  let names = 0;
  const begin = (isSampled = false) => {
    names += 1;
    const name = `t${names}`;
    const trace = new LocalTrace<string>(name, name, isSampled);
    let children = 0;
    return {
      child: ({ bytes = 10, isError = false, isForced = false } = {}) => {
        children += 1;
        buffer.childEnded(trace, `${name}.${children}`, bytes, isError, isForced);
      },
      end: (facts = FAST, { isError = false, isForced = false } = {}) =>
        buffer.rootEnded(trace, name, isError, isForced, facts),
      trace,
    };
  };
  return { sink, time, sent, buffer, begin };
}

test('a fast trace without error is dropped at the end of its root, its children with it', () => {
  const { sink, sent, begin, buffer } = setUp();
  const trace = begin();
  trace.child();
  trace.child();
  expect([sink.heldCount, buffer.spans, buffer.bytes]).toEqual([2, 2, 20]);
  trace.end();
  expect([sink.heldCount, sink.sampledOutCount, buffer.spans, buffer.bytes]).toEqual([0, 3, 0, 0]);
  expect(sent).toEqual([]);
});

const ERROR = { isError: true };
test.each([
  ['error of a child', ERROR, FAST, {}, 'error'],
  ['error of the root', {}, FAST, ERROR, 'error'],
  ['slow root', {}, SLOW, {}, 'slow'],
  ['force', { isForced: true }, SLOW, ERROR, 'forced'],
] as const)('%s: the whole trace is kept, marked and critical', (_, child, facts, root, rule) => {
  const { sink, sent, begin } = setUp();
  const trace = begin();
  trace.child(child);
  trace.end(facts, root);
  expect(sent).toEqual([`t1.1 ${rule} critical`, `t1 ${rule} critical`]);
  expect([sink.heldCount, sink.sampledOutCount]).toEqual([0, 0]);
});

test('a route rule keeps a trace, which is not critical by it', () => {
  const { sent, begin } = setUp();
  begin().end({ isSlow: false, isRouteKept: true });
  expect(sent).toEqual(['t1 route']);
});

test('a head-sampled trace carries no rule, also with an error; then it is critical', () => {
  const { sent, begin } = setUp();
  begin(true).end();
  const failing = begin(true);
  failing.child({ isError: true });
  failing.end(SLOW);
  expect(sent).toEqual(['t1 head', 't2.1 head critical', 't2 head critical']);
});

test('late children follow the verdict, an error too', () => {
  const { sink, sent, begin } = setUp();
  const dropped = begin();
  dropped.end();
  dropped.child({ isError: true });
  const kept = begin();
  kept.end(SLOW);
  kept.child();
  expect(sent).toEqual(['t2 slow critical', 't2.1 slow critical']);
  expect(sink.sampledOutCount).toBe(2);
});

test('3 children of a trace are held, a fourth is cut: lost if the trace is kept, sampled out if not', () => {
  const { sink, sent, begin, buffer } = setUp();
  const [kept, dropped] = [begin(), begin()];
  for (let index = 0; index < 4; index += 1) kept.child();
  expect([sink.heldCount, buffer.spans]).toEqual([4, 3]);
  kept.end(SLOW);
  expect(sent).toEqual(
    [1, 2, 3].map((child) => `t1.${child} slow partial critical`).concat('t1 slow partial critical'),
  );
  expect(sink.lostBy).toEqual({ trace_buffer_full: 1 });
  for (let index = 0; index < 4; index += 1) dropped.child();
  dropped.end();
  expect([sink.sampledOutCount, sink.heldCount, sink.lostCount]).toEqual([5, 0, 1]);
});

test('at a bound a trace that is kept for certain goes on unbuffered and whole', () => {
  const { sink, sent, begin, buffer } = setUp();
  const trace = begin();
  for (let index = 0; index < 3; index += 1) trace.child();
  trace.child({ isError: true });
  trace.child();
  expect([buffer.spans, sink.heldCount]).toEqual([0, 0]);
  trace.end();
  expect(sent).toEqual(['t1.1', 't1.2', 't1.3', 't1.4', 't1.5', 't1'].map((span) => `${span} error critical`));
});

test('at a bound a trace that runs for longer than the threshold is slow already', () => {
  const { sent, begin, time } = setUp();
  const trace = begin();
  for (let index = 0; index < 3; index += 1) trace.child();
  time.advance(1_000);
  trace.child();
  expect(sent).toEqual([]);
  time.advance(1);
  trace.child();
  expect(sent.at(-1)).toBe('t1.5 slow partial critical');
});

test('1,000 bytes of a trace are held, one more byte is cut', () => {
  const { buffer, begin, sink } = setUp();
  const trace = begin();
  trace.child({ bytes: 999 });
  trace.child({ bytes: 2 });
  expect([buffer.bytes, trace.trace.cut]).toEqual([999, 1]);
  trace.child({ bytes: 1 });
  expect(buffer.bytes).toBe(1_000);
  trace.end();
  expect(sink.sampledOutCount).toBe(4);
});

test('5 spans and 2,000 bytes of all traces are held; a verdict makes room again', () => {
  const { buffer, begin } = setUp();
  const traces = [begin(), begin(), begin(), begin()] as const;
  for (let index = 0; index < 3; index += 1) traces[0].child({ bytes: 100 });
  for (let index = 0; index < 3; index += 1) traces[1].child({ bytes: 100 });
  expect([buffer.spans, traces[1].trace.cut]).toEqual([5, 1]);
  traces[0].end();
  traces[2].child({ bytes: 900 });
  traces[3].child({ bytes: 901 });
  expect([buffer.bytes, traces[3].trace.cut]).toEqual([1_100, 1]);
  traces[3].child({ bytes: 900 });
  expect(buffer.bytes).toBe(2_000);
});

test('after 30 s a trace is decided with what is known: a slow one is kept as partial and goes on', () => {
  const { sink, sent, begin, time } = setUp();
  const trace = begin();
  trace.child();
  time.advance(29_999);
  expect(sent).toEqual([]);
  time.advance(1);
  trace.child();
  trace.end(SLOW);
  expect(sent).toEqual(['t1.1', 't1.2', 't1'].map((span) => `${span} slow partial critical`));
  expect(sink.heldCount).toBe(0);
  expect(time.timerCount).toBe(0);
});

test('dropped at its deadline, a trace is reopened by an error or a slow root, and stays dropped without', () => {
  const { sink, sent, begin, time } = setUp({}, Number.POSITIVE_INFINITY);
  const [failing, slow, fast] = [begin(), begin(), begin()];
  for (const trace of [failing, slow, fast]) trace.child();
  time.advance(30_000);
  expect([sink.heldCount, sink.sampledOutCount]).toEqual([0, 3]);
  failing.child();
  failing.child({ isError: true });
  failing.child();
  failing.end();
  slow.end(SLOW);
  fast.end();
  fast.child({ isError: true });
  expect(sent).toEqual([
    't1.3 error partial critical',
    't1.4 error partial critical',
    't1 error partial critical',
    't2 slow partial critical',
  ]);
  expect(sink.sampledOutCount).toBe(3 + 1 + 2);
});

test('deadlines are kept in order and the timer stands for the oldest trace that still waits', () => {
  const { begin, time, sink } = setUp({}, Number.POSITIVE_INFINITY);
  const first = begin();
  first.child();
  time.advance(10_000);
  begin().child();
  first.end();
  time.advance(29_999);
  expect(sink.heldCount).toBe(1);
  time.advance(1);
  expect([sink.heldCount, time.timerCount]).toEqual([0, 0]);
});

test('one sweep decides traces of 2,000 held spans, the rest follows 10 ms later', () => {
  const bounds = { maxSpansPerTrace: 1_000, maxSpans: 10_000, maxBytes: 1e6, maxBytesPerTrace: 1e6 };
  const { begin, time, sink } = setUp(bounds, Number.POSITIVE_INFINITY);
  for (let trace = 0; trace < 5; trace += 1) {
    const { child } = begin();
    for (let index = 0; index < 1_000; index += 1) child();
  }
  time.advance(30_000);
  expect(sink.heldCount).toBe(3_000);
  time.advance(10);
  expect(sink.heldCount).toBe(1_000);
  time.advance(10);
  expect(sink.heldCount).toBe(0);
});

test('one sweep decides 2,000 traces, also of such that hold nothing because the buffer was full', () => {
  const { begin, time, sink } = setUp({ maxSpans: 1 }, Number.POSITIVE_INFINITY);
  for (let trace = 0; trace < 5_000; trace += 1) begin().child();
  time.advance(30_000);
  expect(sink.heldCount).toBe(3_001);
  time.advance(20);
  expect(sink.heldCount).toBe(0);
});

test('settle decides everything that waits and leaves no timer', () => {
  const { begin, time, sink, sent, buffer } = setUp();
  begin(true).child();
  begin().child({ isError: true });
  begin().child();
  buffer.settle();
  expect(sent).toEqual(['t1.1 head partial', 't2.1 error partial critical']);
  expect([sink.heldCount, sink.sampledOutCount, time.timerCount, buffer.bytes]).toEqual([0, 1, 0, 0]);
});
