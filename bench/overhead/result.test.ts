import { expect, test } from '@jest/globals';
import { changesOf } from './comparison.ts';
import { noiseOf, summarise } from './result.ts';
import { resultOf, sampleOf } from './samples-for-tests.ts';

const ROUNDS = [0, 1, 2, 3];
/** Bare costs 100 µs, twice that in the second round, in which the machine was slow for everybody. */
const slow = (round: number) => (round === 1 ? 2 : 1);
const quiet = ROUNDS.flatMap((round) => [
  sampleOf('bare', round, { cpuMicros: 100 * slow(round) }),
  sampleOf('bare-again', round, { cpuMicros: (100 + (round % 2) * 0.5) * slow(round) }),
  sampleOf('vigil', round, { cpuMicros: (110 + (round % 2)) * slow(round) }),
]);

const rowOf = (samples: typeof quiet, variant: string) =>
  summarise(samples).routes.find((row) => row.variant === variant);

test('no sample is no row', () => {
  expect(summarise([])).toEqual({ routes: [], processes: [] });
});

test('110 and 111 µs beside 100 are × 1.105, also when the machine was half as fast in one round', () => {
  const row = rowOf(quiet, 'vigil');
  expect(row?.cpuRatio.ratio).toBeCloseTo(1.105, 3);
  expect(row?.rounds).toBe(4);
  expect((row?.cpuRatio.high ?? 0) - (row?.cpuRatio.low ?? 0)).toBeLessThan(0.03);
});

test('a round without a bare one counts for nothing', () => {
  expect(rowOf([...quiet, sampleOf('vigil', 4, { cpuMicros: 9_999 })], 'vigil')?.rounds).toBe(4);
  expect(rowOf([sampleOf('vigil', 0)], 'vigil')).toBeUndefined();
});

test('an outlier is named and counted', () => {
  const more = [...quiet, sampleOf('bare', 4), sampleOf('vigil', 4, { cpuMicros: 5_000 })];
  const row = rowOf(more, 'vigil');
  expect([row?.outliers, row?.rounds]).toEqual([[5_000], 5]);
});

test('endings are counted: three of exit code 0 and one of 143', () => {
  const samples = ROUNDS.map((round) => ({ ...sampleOf('bare', round), ending: round === 3 ? '143' : '0' }));
  expect(summarise(samples).processes[0]?.endings).toEqual({ 0: 3, 143: 1 });
});

test('a quiet run has no noise; one without a second bare cannot know', () => {
  expect(noiseOf(resultOf(quiet))).toEqual([]);
  expect(noiseOf(resultOf(quiet.filter(({ variant }) => variant !== 'bare-again')))).toHaveLength(1);
});

test('bare that differs from itself by 5 % in every round is noise, by 2 % it is not', () => {
  const against = (part: number) =>
    resultOf(
      ROUNDS.flatMap((round) => [sampleOf('bare', round), sampleOf('bare-again', round, { cpuMicros: 100 * part })]),
    );
  expect(noiseOf(against(1.05))).toEqual([expect.stringContaining('bare differs from itself by +5.0 % to +5.0 %')]);
  expect(noiseOf(against(1.02))).toEqual([]);
});

test('one window of eight in which others used the core is fine, two are noise', () => {
  const disturbed = (count: number) =>
    resultOf(
      ROUNDS.flatMap((round) => [
        sampleOf('bare', round, { foreignShare: round < count ? 0.06 : 0.05 }),
        sampleOf('bare-again', round),
      ]),
    );
  expect(noiseOf(disturbed(1))).toEqual([]);
  expect(noiseOf(disturbed(2))).toEqual([expect.stringContaining('in 2 of 8 windows')]);
});

test('a row whose interval lies beyond the earlier one costs more; one that overlaps has not changed', () => {
  const dearer = quiet.map((sample) =>
    sample.variant === 'vigil' ? sampleOf('vigil', sample.round, { cpuMicros: 130 * slow(sample.round) }) : sample,
  );
  expect(changesOf(resultOf(quiet), resultOf(quiet))).toEqual([]);
  expect(changesOf(resultOf(dearer), resultOf(quiet))).toEqual([
    expect.objectContaining({ variant: 'vigil', route: 'ping', verdict: 'costs more' }),
  ]);
  expect(changesOf(resultOf(quiet), resultOf(dearer))).toEqual([expect.objectContaining({ verdict: 'costs less' })]);
});
