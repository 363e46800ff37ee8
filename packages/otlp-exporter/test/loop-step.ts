import fc from 'fast-check';
import type { AttemptOutcome } from '../src/transport/transport.ts';
import { answered, failed, partly } from './scripted-transport.ts';

/** An answer, and whether the receiver has the body when it gives it; `rejects`: all but so many of its first spans. */
export interface Answer {
  readonly outcome: AttemptOutcome;
  readonly delivers: boolean;
  readonly rejects?: number;
}

export const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ outcome: answered(200), delivers: true }) },
  { weight: 1, arbitrary: fc.nat(20).map((n) => ({ outcome: partly(n), delivers: true, rejects: n })) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom(429, 502, 503, 504, 500, 400, 401, 404, 413, 413, 302, 101, 700),
        fc.constantFrom(undefined, '0', '-5', 'soon', '7', '1e12', '99999999999', '1, 2'),
      )
      .map(([status, retryAfter]) => ({ outcome: answered(status, retryAfter), delivers: false })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom('timeout', 'ECONNREFUSED', 'ECONNRESET', 'tls', 'dns', 'bad_response'),
        fc.boolean(),
        fc.boolean(),
      )
      .map(([reason, maybe, delivers]) => ({
        outcome: failed(reason as 'timeout', maybe),
        delivers: maybe && delivers,
      })),
  },
);

/** Everything that can happen to a pipeline. */
export const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('offer' as const), n: fc.nat(40), bytes: fc.integer({ min: 4, max: 900 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('flood' as const), bytes: fc.integer({ min: 400, max: 3_000 }) }),
  },
  { weight: 9, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(3), answer }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      millis: fc.constantFrom(1, 50, 120, 700, 3_000, 6_000, 40_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('late' as const), which: fc.nat(30), answer }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('die' as const), isLoud: fc.boolean(), delivers: fc.boolean() }),
  },
  // Inside the next steps, at the n-th atomic operation of the loop from now on: its death, or a span of the other thread.
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('ambush' as const),
      at: fc.nat(25),
      how: fc.constantFrom('die' as const, 'offer' as const),
      delivers: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('packed' as const), fails: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('submit' as const), bytes: fc.nat(2_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wake' as const) }) },
);

export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
