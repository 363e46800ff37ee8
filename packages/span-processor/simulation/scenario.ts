import type { Signal } from '@vigil/otlp-exporter/core';
import { HEALTHY, type Mood, randomMood } from './mood.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';

/** How the run ends: the application goes on and everything heals, or the process stops in the middle of it. */
export type Ending = 'heal' | 'shutdown' | 'exit';

export interface PlannedMood {
  readonly at: number;
  readonly mood: Mood;
  /** Only requests of this signal; all where it is absent. */
  readonly signal?: Signal | undefined;
}

/** One disturbance besides the collector's moods. */
export type Disturbance =
  | { readonly kind: 'kill'; readonly at: number }
  /** The worker dies inside its next step: at one of its atomic operations, or where it calls out. */
  | { readonly kind: 'killInside'; readonly at: number; readonly steps: number }
  | { readonly kind: 'wallJump'; readonly at: number; readonly millis: number }
  | { readonly kind: 'stall'; readonly at: number; readonly thread: 'main' | 'worker'; readonly millis: number }
  | { readonly kind: 'forceFlush'; readonly at: number; readonly timeoutMillis: number }
  /** From here until everything heals no worker can be started. */
  | { readonly kind: 'workersForbidden'; readonly at: number };

export interface Load {
  /** Mean milliseconds between two traces. */
  readonly meanGapMillis: number;
  readonly spansPerTraceMaximum: number;
  readonly burst: { readonly at: number; readonly traces: number } | undefined;
  readonly errorShare: number;
  readonly slowShare: number;
  readonly longLivedShare: number;
  readonly lateChildShare: number;
  readonly hostileShare: number;
  /** Mean milliseconds between two submissions of metrics or logs; 0 for none. */
  readonly otherSignalsGapMillis: number;
}

/** The trace buffer's settings. */
export interface Retention {
  /** False: what is sampled is exported at once. */
  readonly isOn: boolean;
  readonly slowMillis: number;
  readonly maxHoldMillis: number;
  readonly spansPerTrace: number;
  readonly spans: number;
  readonly bytes: number;
}

export interface Scenario {
  readonly seed: number;
  readonly family: string;
  readonly ringBytes: number;
  readonly inThread: boolean;
  readonly gzip: boolean;
  readonly batchBytes: number;
  /** Everything is exported, without a trace buffer, where the rate is 1. */
  readonly headRate: number;
  readonly retention: Retention;
  readonly moods: readonly PlannedMood[];
  readonly disturbances: readonly Disturbance[];
  readonly load: Load;
  readonly endMillis: number;
  readonly ending: Ending;
  readonly stopTimeoutMillis: number;
  /** Mean number of steps, atomic operations mostly, after which a thread stands still and the other goes on. */
  readonly stepsPerSwitch: number;
  /** The ring's positions begin so many bytes before 2^32. */
  readonly positionsBeforeWrap: number;
  readonly epochMillis: number;
}

const FAMILIES = [
  [40, 'mixed'],
  [8, 'healthy'],
  [4, 'dead'],
  [14, 'killer'],
  [14, 'stopping'],
  [8, 'overload'],
  [5, 'flapping'],
  [6, 'signals'],
  [3, 'flaky'],
] as const;
export type Family = (typeof FAMILIES)[number][1];

function planMoods(random: SeededRandom, family: Family, endMillis: number): PlannedMood[] {
  if (family === 'healthy') return [{ at: 0, mood: { kind: 'accept', millis: random.pick([1, 4, 40]) } }];
  if (family === 'dead') {
    const dead: Mood = random.pick<Mood>([
      { kind: 'unreachable', reason: 'ECONNREFUSED' },
      { kind: 'unreachable', reason: 'dns' },
      { kind: 'hang', takes: false },
      { kind: 'refuse', statusCode: 503, retryAfter: random.pick([undefined, '0', '-5', 'soon']) },
    ]);
    return [{ at: 0, mood: dead }];
  }
  if (family === 'flaky') return [{ at: 0, mood: { kind: 'flaky', failing: random.pick([0.3, 0.45]) } }];
  const moods: PlannedMood[] = [];
  if (family === 'signals') {
    // Each path has moods of its own, so that one signal's answers come between another's.
    for (let at = 0; at < endMillis; at += 3_000 * random.next()) {
      const mood = random.chance(0.5)
        ? ({ kind: 'accept', millis: random.pick([40, 400, 1_500]) } as const)
        : randomMood(random);
      moods.push({ at, mood, signal: random.pick(['traces', 'metrics', 'logs'] as const) });
    }
    return moods;
  }
  const pause = family === 'flapping' ? 400 : random.pick([2_000, 8_000, 25_000]);
  if (random.chance(0.4)) moods.push({ at: 0, mood: HEALTHY });
  let at = random.next() * pause;
  while (at < endMillis) {
    const mood = random.chance(0.3) ? HEALTHY : randomMood(random);
    const signal = random.chance(0.12) ? random.pick(['traces', 'metrics', 'logs'] as const) : undefined;
    moods.push({ at, mood, signal });
    if (random.chance(0.08)) at = planDoubt(random, moods, at);
    at += pause * (0.1 + random.next() * 1.8);
  }
  // From the end on everything is well.
  return moods.filter((planned) => planned.at < endMillis);
}

/** Taken without an answer, then too large, then refused: what may have arrived must not be forgotten part by part. */
function planDoubt(random: SeededRandom, moods: PlannedMood[], from: number): number {
  const takes = true;
  const silent = random.pick<Mood>([
    { kind: 'hang', takes },
    { kind: 'reset', after: 'body', takes },
  ]);
  const limit: Mood = { kind: 'limit', bytes: random.pick([150, 600]) };
  const refused: Mood = { kind: 'refuse', statusCode: random.pick([400, 404, 503]), retryAfter: undefined };
  let at = from;
  for (const mood of [silent, limit, refused]) {
    at += 100 + random.next() * 1_500;
    moods.push({ at, mood });
  }
  return at;
}

function planDisturbances(random: SeededRandom, family: Family, endMillis: number): Disturbance[] {
  const list: Disturbance[] = [];
  const when = () => random.next() * endMillis;
  const times = (most: number) => random.integer(0, most);
  const kills = family === 'killer' ? random.integer(1, 9) : family === 'healthy' || family === 'dead' ? 0 : times(2);
  for (let index = 0; index < kills; index++) {
    if (random.chance(0.3)) list.push({ kind: 'kill', at: when() });
    else list.push({ kind: 'killInside', at: when(), steps: random.integer(1, 60) });
  }
  if (family === 'killer' && random.chance(0.2)) list.push({ kind: 'workersForbidden', at: when() });
  for (let index = times(2); index > 0; index--) {
    const millis = random.pick([3_600_000, 60_000, 1_000, 315_576_000_000]) * random.pick([1, -1]);
    list.push({ kind: 'wallJump', at: when(), millis });
  }
  for (let index = times(family === 'healthy' ? 1 : 3); index > 0; index--) {
    const thread = random.pick(['main', 'worker'] as const);
    list.push({ kind: 'stall', at: when(), thread, millis: random.pick([5, 60, 700, 5_000]) });
  }
  for (let index = times(2); index > 0; index--) {
    list.push({ kind: 'forceFlush', at: when(), timeoutMillis: random.pick([0, 50, 2_000, 30_000]) });
  }
  // Also while the process ends.
  if (family === 'stopping' && random.chance(0.6)) {
    const at = endMillis + random.next() * 2_500;
    list.push({ kind: 'stall', at, thread: 'worker', millis: random.pick([60, 150, 700]) });
  }
  return list.sort((left, right) => left.at - right.at);
}

function planLoad(random: SeededRandom, family: Family, endMillis: number): Load {
  const traces = family === 'overload' ? 500 : family === 'flaky' ? 300 : random.pick([20, 60, 120]);
  return {
    meanGapMillis: endMillis / traces,
    spansPerTraceMaximum: random.pick([1, 3, 8]),
    burst:
      family === 'overload' || random.chance(0.25)
        ? { at: random.next() * endMillis, traces: random.pick([30, 120, 300]) }
        : undefined,
    errorShare: random.pick([0, 0.05, 0.3, 1]),
    slowShare: random.pick([0, 0.05, 0.3]),
    longLivedShare: random.pick([0, 0, 0.03]),
    lateChildShare: random.pick([0, 0.1, 0.3]),
    hostileShare: random.pick([0, 0.02, 0.2]),
    otherSignalsGapMillis: family === 'signals' ? random.pick([100, 400]) : random.pick([0, 0, 700, 4_000]),
  };
}

function planRetention(random: SeededRandom): Retention {
  const times = { slowMillis: random.pick([200, 1_000]), maxHoldMillis: random.pick([500, 3_000, 30_000]) };
  const isOn = random.chance(0.85);
  return random.chance(0.4)
    ? {
        isOn,
        ...times,
        spansPerTrace: random.pick([2, 5]),
        spans: random.pick([10, 40]),
        bytes: random.pick([4_096, 20_000]),
      }
    : { isOn, ...times, spansPerTrace: 512, spans: 8_192, bytes: 4 * 1024 * 1024 };
}

/** The plan of one run: everything that is decided before it starts. */
export function planScenario(seed: number): Scenario {
  const random = createSeededRandom(seed).fork('scenario');
  const family = random.weighted<Family>(FAMILIES);
  const ends = { dead: 660_000, flaky: 240_000, signals: 30_000 } as const;
  const endMillis = family in ends ? ends[family as keyof typeof ends] : random.pick([1_500, 8_000, 30_000, 90_000]);
  return {
    seed,
    family,
    ringBytes: random.pick([65_536, 65_536, 131_072]),
    inThread: family !== 'killer' && random.chance(0.12),
    gzip: random.chance(0.1),
    batchBytes: random.pick([2_048, 8_192, 524_288]),
    headRate: random.pick([0, 0.1, 0.5, 1]),
    retention: planRetention(random),
    moods: planMoods(random, family, endMillis),
    disturbances: planDisturbances(random, family, endMillis),
    load: planLoad(random, family, endMillis),
    endMillis,
    ending:
      family === 'stopping'
        ? random.pick(['shutdown', 'exit'])
        : random.weighted([
            [7, 'heal'],
            [2, 'shutdown'],
            [1, 'exit'],
          ] as const),
    stopTimeoutMillis: random.pick([0, 100, 500, 2_000, 10_000]),
    stepsPerSwitch: random.pick([200, 200, 200, 30]),
    positionsBeforeWrap: random.chance(0.4) ? random.integer(0, 40_000) * 4 : 0,
    epochMillis: 1_795_000_000_000 + random.integer(0, 86_400_000),
  };
}
