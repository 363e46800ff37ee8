import { expect, test } from '@jest/globals';
import type { Effort } from '../row.ts';
import { judgeSick } from './judge-sick.ts';
import { goodReading, life, loadWindowOf, sickLife, side } from './reading-example.ts';
import { DEFAULT_SICK_BOUNDS } from './sick-backend.ts';
import type { ApplicationEnd, SickReading, WindowPair } from './sick-reading.ts';

const EFFORT: Effort = { minimumPairs: 8, maximumPairs: 60, windowMillis: 500, judgesTimes: true };

/** Claims that do not hold, as `invariant verdict`. */
function open(spoilt: Partial<SickReading>, effort = EFFORT): string[] {
  return judgeSick(goodReading(spoilt), DEFAULT_SICK_BOUNDS, effort)
    .filter(({ verdict }) => verdict !== 'held')
    .map(({ invariant, verdict }) => `${invariant} ${verdict}`);
}

/** Pairs whose ratios have this geometric mean and swing by `swing` about it in turns. */
const pairsOf = (ratio: number, swing = 1, count = 20): WindowPair[] =>
  Array.from({ length: count }, (_, index) => ({
    sick: loadWindowOf(1_000 * ratio * (index % 2 === 0 ? swing : 1 / swing)),
    healthy: loadWindowOf(1_000),
  }));

test('a reading in which everything is as promised has no open claim', () => {
  expect(open({})).toEqual([]);
});

test('throughput: held at 0.985, broken at 0.97, undecided while the interval is wider than 2 %, whatever its middle', () => {
  expect(open({ pairs: pairsOf(0.985) })).toEqual([]);
  expect(open({ pairs: pairsOf(0.97) })).toEqual(['I2 broken']);
  expect(open({ pairs: pairsOf(0.99, 1.2) })).toEqual(['I2 undecided']);
  expect(open({ pairs: pairsOf(0.8, 1.2) })).toEqual(['I2 broken']);
  expect(open({ pairs: pairsOf(1.3, 1.2) })).toEqual([]);
});

test('where times are not judged 0.8 holds and 0.4 does not', () => {
  const effort = { ...EFFORT, judgesTimes: false };
  expect(open({ pairs: pairsOf(0.8) }, effort)).toEqual([]);
  expect(open({ pairs: pairsOf(0.4) }, effort)).toEqual(['I2 broken']);
});

test('p99: 0.9 ms more holds, 1.1 ms more is broken, and what swings by 10 ms is undecided', () => {
  const withP99 = (millis: (index: number) => number) =>
    pairsOf(1).map((pair, index) => ({ ...pair, sick: loadWindowOf(1_000, { p99Millis: millis(index) }) }));
  expect(open({ pairs: withP99(() => 3.9) })).toEqual([]);
  expect(open({ pairs: withP99(() => 4.1) })).toEqual(['I2 broken']);
  expect(open({ pairs: withP99((index) => (index % 2 === 0 ? 13 : -7)) })).toEqual(['I2 undecided']);
});

test('one failed request, a third socket, one more thread, 81 MiB more: each breaks its claim; 41 MiB more is undecided', () => {
  const [pair, ...others] = pairsOf(1);
  const failed = { healthy: loadWindowOf(1_000), sick: loadWindowOf(1_000, { errors: 1 }) };
  expect(pair).toBeDefined();
  expect(open({ pairs: [failed, ...others] })).toEqual(['I1 broken']);
  expect(open({ sick: side({ requests: 12, sockets: 3 }) })).toEqual(['I3 broken']);
  expect(open({ sick: side({ requests: 12, threads: 13 }) })).toEqual(['I3 broken']);
  expect(open({ sick: side({ requests: 12, rssMib: 160 }) })).toEqual([]);
  expect(open({ sick: side({ requests: 12, rssMib: 161 }) })).toEqual(['I3 undecided']);
  expect(open({ sick: side({ requests: 12, rssMib: 161 }) }, { ...EFFORT, judgesTimes: false })).toEqual([]);
  expect(open({ sick: side({ requests: 12, rssMib: 201 }) })).toEqual(['I3 broken']);
});

test('one cause may speak every 10 s, two causes at once, but no cause twice in a second', () => {
  const lines = (times: readonly number[]) => side({ requests: 12, lines: new Map([['timed out', times]]) });
  expect(open({ sick: lines([1_000, 11_000, 21_000]) })).toEqual([]);
  expect(open({ sick: lines([1_000, 2_000]) })).toEqual(['I3 broken']);
});

test('requests to the sick side: 110 % of the healthy, 9, and one every 4 s; one more is broken', () => {
  // 44 + 9 + 5.
  expect(open({ sick: side({ requests: 58 }) })).toEqual([]);
  expect(open({ sick: side({ requests: 59 }) })).toEqual(['I5 broken']);
});

test('recovery: 37 s holds, later or never is broken, a fault that is never healed is not asked', () => {
  expect(open({ recoverySeconds: 37 })).toEqual([]);
  expect(open({ recoverySeconds: 37.1 })).toEqual(['I6 broken']);
  expect(open({ recoverySeconds: Number.POSITIVE_INFINITY })).toEqual(['I6 broken']);
  expect(open({ recoverySeconds: undefined })).toEqual([]);
});

test('after healing a breaker that is not closed, or a span that waits, breaks the claim', () => {
  expect(open({ first: life({}, { breaker: 'half_open' }) })).toEqual(['I6 broken']);
  expect(open({ first: life({}, { queued: 1, accepted: 249 }) })).toContain('I6 broken');
});

test('the end: in time and by the signal it would die of without telemetry', () => {
  const ending = (end: Partial<ApplicationEnd>) => ({ ended: [sickLife({ seconds: 2.5, ...end })] });
  expect(open(ending({}))).toEqual([]);
  expect(open(ending({ seconds: 2.6 }))).toEqual(['I8 broken']);
  expect(open(ending({ code: 0, signal: null }))).toEqual(['I1 broken']);
  expect(open(ending({ seconds: 20, signal: 'SIGKILL', killed: true }))).toEqual(['I8 broken', 'I1 broken']);
});

test('the account: a span too few or too many, a reading that does not add up, or other bytes break it', () => {
  // 254 of at most 260 came; 250 + 40 + 10 = 300.
  expect(open({ first: life({ unique: 249 }) })).toEqual(['I4 broken', 'I4 broken']);
  expect(open({ first: life({ unique: 261 }) })).toEqual(['I4 broken', 'I4 broken']);
  expect(open({ first: life({ unique: 250 }) })).toEqual([]);
  expect(open({ first: life({ unique: 260 }) })).toEqual([]);
  expect(open({ first: life({ unbalanced: 1 }) })).toEqual(['I4 broken']);
  expect(open({ first: life({ altered: 1 }) })).toEqual(['I4 broken']);
  expect(open({ first: life({ expected: 301 }) })).toEqual(['I4 broken']);
});

test('who has no ledger is judged by what came: 200 of 300, and 40 of the missing counted, is broken', () => {
  const uncounted = life({ ledger: undefined, unique: 200, counted: 40 });
  expect(open({ first: uncounted })).toEqual(['I4 broken']);
  expect(open({ first: life({ ledger: undefined, unique: 260, counted: 40 }) })).toEqual([]);
});
