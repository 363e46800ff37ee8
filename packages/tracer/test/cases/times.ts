import type { TimeInput } from '@opentelemetry/api';
import { type Case, call, startUntyped } from '../same-span.ts';

const EPOCH = 1_500_000_000_000;

function from(startTime: TimeInput, endTime: TimeInput): Case['run'] {
  return ({ tracer }) => tracer.startSpan('work', { startTime }).end(endTime);
}

export const TIMES: readonly Case[] = [
  { claim: 'none given: now', run: ({ tracer }) => tracer.startSpan('work').end() },
  { claim: 'milliseconds since 1970', run: from(EPOCH, EPOCH + 1500) },
  { claim: 'milliseconds with a fraction', run: from(EPOCH + 0.25, EPOCH + 0.75) },
  { claim: 'a Date', run: from(new Date(EPOCH), new Date(EPOCH + 7)) },
  { claim: 'seconds and nanoseconds', run: from([1_500_000_000, 1], [1_500_000_000, 999_999_999]) },
  { claim: 'a borrow from seconds in the duration', run: from([1_500_000_000, 999_999_999], [1_500_000_001, 1]) },
  { claim: 'mixed kinds', run: from(new Date(EPOCH), [1_500_000_002, 5]) },
  {
    claim: 'a reading of performance.now',
    run: ({ tracer }) => tracer.startSpan('work', { startTime: performance.now() }).end(performance.now()),
  },
  { claim: 'only a start', run: ({ tracer }) => tracer.startSpan('work', { startTime: EPOCH }).end() },
  { claim: 'an end before the start is the start', run: from([1_500_000_000, 5], [1_500_000_000, 4]) },
  { claim: 'an end equal to the start', run: from([1_500_000_000, 5], [1_500_000_000, 5]) },
  { claim: 'the epoch itself', run: from([0, 0], [0, 1]) },
  {
    claim: 'events: as second and as third argument',
    run({ tracer }) {
      const span = tracer.startSpan('work', { startTime: EPOCH });
      span.addEvent('now');
      span.addEvent('second', EPOCH + 1);
      span.addEvent('second, array', [1_500_000_000, 2]);
      span.addEvent('second, date', new Date(EPOCH + 3));
      span.addEvent('third', { a: 1 }, EPOCH + 4);
      span.addEvent('third without attributes', undefined, EPOCH + 5);
      span.addEvent('both', EPOCH + 6, EPOCH + 7);
      span.recordException('boom', EPOCH + 8);
      span.end(EPOCH + 9);
    },
  },
  {
    claim: 'more than a second of nanoseconds is carried',
    run: from([1_500_000_000, 1_500_000_000], [1_500_000_003, 0]),
    differs: {
      because: 'the SDK exports the number as it is',
      ours: (sdk) => ({
        ...sdk,
        spans: sdk.spans.map((span) => ({ ...span, start: [1_500_000_001, 500_000_000], duration: [1, 500_000_000] })),
      }),
    },
  },
  ...['yesterday', {}, [1], ['1', 2], null].map(
    (time): Case => ({ claim: `what is no time is now: ${JSON.stringify(time)}`, run: untypedTimes(time) }),
  ),
  ...[Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN), [Number.NaN, 0], [-1, 0]].map(
    (time): Case => ({
      claim: `a time that cannot be told is now: ${String(time)}`,
      run: untypedTimes(time),
      differs: {
        because: 'the SDK exports NaN, or a time before 1970, which OTLP cannot say',
        ours: (sdk) => ({
          ...sdk,
          spans: sdk.spans.map((span) => ({ ...span, start: 'now', end: 'now', duration: 'measured' })),
        }),
      },
    }),
  ),
];

function untypedTimes(time: unknown): Case['run'] {
  return ({ tracer }) => {
    const span = startUntyped(tracer, 'work', { startTime: time });
    call(span, 'end', time);
  };
}
