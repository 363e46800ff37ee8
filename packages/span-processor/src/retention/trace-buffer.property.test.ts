import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ManualTime } from '../../test/manual-time.ts';
import { MemorySink } from '../../test/memory-pipeline.ts';
import { LocalTrace, OPEN } from './local-trace.ts';
import { TraceBuffer } from './trace-buffer.ts';

const TRACES = 4;

/** One step of an application with four traces at a time. */
const step = fc.record({
  trace: fc.nat(TRACES - 1),
  act: fc.constantFrom('child', 'child', 'child', 'end', 'late', 'wait', 'settle'),
  bytes: fc.integer({ min: 1, max: 60 }),
  isError: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  isForced: fc.integer({ min: 0, max: 19 }).map((number) => number === 0),
  isSlow: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
  millis: fc.integer({ min: 0, max: 80 }),
});

interface Known {
  readonly trace: LocalTrace<object>;
  readonly spans: object[];
  mustKeep: boolean;
}

const BOUNDS = { maxSpansPerTrace: 3, maxBytesPerTrace: 100, maxSpans: 5, maxBytes: 150, maxHoldMillis: 100 };
const WIDE = { maxSpansPerTrace: 1e6, maxBytesPerTrace: 1e9, maxSpans: 1e6, maxBytes: 1e9, maxHoldMillis: 1e9 };

function run(steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[], bounds: typeof BOUNDS) {
  const sink = new MemorySink();
  const time = new ManualTime();
  const sent = new Set<object>();
  const buffer = new TraceBuffer<object>({
    bounds,
    accounts: sink,
    clock: time,
    timers: time,
    send: (span) => {
      if (sent.has(span)) throw new Error('sent twice');
      sent.add(span);
    },
    slowAfterMillis: () => 50,
  });
  let ended = 0;
  let begun = 0;
  const begin = (): Known => {
    begun += 1;
    const root = {};
    return { trace: new LocalTrace<object>(root, '', begun % 5 === 0), spans: [root], mustKeep: begun % 5 === 0 };
  };
  const open = Array.from({ length: TRACES }, begin);
  const done: Known[] = [];
  for (const { trace: which, act, bytes, isError, isForced, isSlow, millis } of steps) {
    const known = act === 'late' ? done.at(-1 - which) : open[which];
    if (act === 'wait') time.advance(millis);
    else if (act === 'settle') buffer.settle();
    else if (known !== undefined && act === 'end') {
      buffer.rootEnded(known.trace, known.spans[0] as object, isError, isForced, { isSlow, isRouteKept: false });
      ended += 1;
      known.mustKeep ||= isError || isForced || isSlow;
      done.push(known);
      open[which] = begin();
    } else if (known !== undefined) {
      const span = {};
      if (act === 'child' && known.trace.state === OPEN) known.mustKeep ||= isError || isForced;
      known.spans.push(span);
      buffer.childEnded(known.trace, span, bytes, isError, isForced);
      ended += 1;
    }
    const booked = sent.size + sink.sampledOutCount + sink.lostCount + sink.heldCount;
    if (booked !== ended) throw new Error(`${booked} booked, ${ended} ended`);
    if (buffer.spans > bounds.maxSpans || buffer.bytes > bounds.maxBytes) throw new Error('over the bounds');
    if (buffer.spans > sink.heldCount) throw new Error('more in memory than booked as held');
  }
  buffer.settle();
  if (sink.heldCount !== 0 || buffer.spans !== 0 || buffer.bytes !== 0) throw new Error('something is still held');
  return { sink, sent, done, time };
}

test('10,000 runs: every span is in one place at every moment, and the bounds hold', () => {
  let cut = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 80, size: 'max' }), (steps) => {
      const { sink, sent, done, time } = run(steps, BOUNDS);
      cut += sink.lostCount;
      if (time.timerCount !== 0) throw new Error('a timer is left');
      // A kept trace always brings its local root, however little room there was.
      for (const { trace, spans, mustKeep } of done) {
        if (mustKeep && trace.state !== OPEN && !sent.has(spans[0] as object)) throw new Error('a root is missing');
      }
    }),
    { numRuns: 10_000 },
  );
  expect(cut).toBeGreaterThan(1_000);
});

test('10,000 runs within the bounds: traces with an error, force or slow root are kept whole, nothing is lost', () => {
  let kept = 0;
  let dropped = 0;
  const withoutSettle = step.filter(({ act }) => act !== 'settle');
  fc.assert(
    fc.property(fc.array(withoutSettle, { minLength: 10, maxLength: 80, size: 'max' }), (steps) => {
      const { sink, sent, done } = run(steps, WIDE);
      expect(sink.lostCount).toBe(0);
      for (const { spans, mustKeep } of done) {
        const count = spans.filter((span) => sent.has(span)).length;
        if (count !== (mustKeep ? spans.length : 0)) throw new Error(`${count} of ${spans.length} sent`);
        if (mustKeep) kept += 1;
        else dropped += 1;
      }
    }),
    { numRuns: 10_000 },
  );
  expect(kept).toBeGreaterThan(1_000);
  expect(dropped).toBeGreaterThan(1_000);
});
