import { arch, cpus, release } from 'node:os';
import { CORES } from '../measure/pinning.ts';
import { outliersOf, pairedRatio, type Ratio, type Spread, spreadOf } from '../measure/statistics.ts';
import type { Windows } from './process-life.ts';
import type { ProcessSample, RouteSample } from './sample.ts';
import { BARE, CONTROL, type ModuleKind } from './variants.ts';

/** A window in which others took more of the application's core is noisy: it counts, and is reported. */
export const FOREIGN_SHARE_MAXIMUM = 0.05;

/** One variant on one route. Times and bytes are for one request. */
export interface RouteResult {
  readonly variant: string;
  readonly module: ModuleKind;
  readonly route: string;
  readonly rounds: number;
  readonly cpuMicros: Spread;
  /** To bare of the same round. */
  readonly cpuRatio: Ratio;
  readonly requestsPerSecond: Spread;
  readonly throughputRatio: Ratio;
  readonly p50Millis: number;
  readonly p99Millis: number;
  readonly allocatedBytes: number;
  readonly gcMicros: number;
  readonly sentBytes: number;
  /** Nothing when it was not counted. */
  readonly spans?: number;
  readonly busyShare: number;
  readonly failures: number;
  readonly noisyWindows: number;
  /** CPU of the rounds that lie outside Tukey's fences: counted like all others. */
  readonly outliers: readonly number[];
  /** CPU of every round, in the order they were run. */
  readonly cpuMicrosOfRounds: readonly number[];
}

/** One variant's process. */
export interface ProcessResult {
  readonly variant: string;
  readonly module: ModuleKind;
  readonly firstAnswerMillis: Spread;
  readonly residentMib: number;
  readonly peakMib: number;
  readonly stopMillis: Spread;
  /** How the processes ended, with counts: `{ "0": 10 }`. */
  readonly endings: Readonly<Record<string, number>>;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly platform: string;
  readonly node: string;
  /** Why processes were not tied to cores; nothing when they were. */
  readonly notPinned?: string;
}

export interface OverheadResult {
  readonly set: string;
  /** Day of the run: `2026-11-22`. */
  readonly day: string;
  readonly machine: Machine;
  readonly windows: Windows;
  /** Versions of the agents: `{ "stock": "@opentelemetry/auto-instrumentations-node 0.82.0" }`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Agents that could not be installed, with the reason: they are not in the tables. */
  readonly leftOut: readonly string[];
  /** Turns that ended without a measurement: `stock (cjs), round 3: …`. */
  readonly failedTurns: readonly string[];
  readonly routes: readonly RouteResult[];
  readonly processes: readonly ProcessResult[];
}

/** The machine this runs on. */
export function thisMachine(notPinned: string | undefined): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: CORES,
    platform: `${process.platform} ${release()} ${arch()}`,
    node: process.version,
    ...(notPinned === undefined ? {} : { notPinned }),
  };
}

const median = (values: readonly number[]): number => spreadOf(values).median;

function routeResult(
  list: readonly ProcessSample[],
  bareOf: (sample: ProcessSample) => RouteSample | undefined,
  route: string,
): RouteResult | undefined {
  const measured = list.flatMap((sample) => {
    const [own, bare] = [sample.routes[route], bareOf(sample)];
    return own === undefined || bare === undefined ? [] : [{ own, bare }];
  });
  const [first] = list;
  if (first === undefined || measured.length === 0) return undefined;
  const values = (name: keyof RouteSample) => measured.map(({ own }) => own[name]);
  const ratio = (name: keyof RouteSample) => pairedRatio(measured.map(({ own, bare }) => [own[name], bare[name]]));
  const cpu = values('cpuMicros');
  return {
    variant: first.variant,
    module: first.module,
    route,
    rounds: measured.length,
    cpuMicros: spreadOf(cpu),
    cpuRatio: ratio('cpuMicros'),
    requestsPerSecond: spreadOf(values('requestsPerSecond')),
    throughputRatio: ratio('requestsPerSecond'),
    p50Millis: median(values('p50Millis')),
    p99Millis: median(values('p99Millis')),
    allocatedBytes: median(values('allocatedBytes')),
    gcMicros: median(values('gcMicros')),
    sentBytes: median(values('sentBytes')),
    busyShare: median(values('busyShare')),
    failures: values('failures').reduce((sum, count) => sum + count, 0),
    noisyWindows: values('foreignShare').filter((share) => share > FOREIGN_SHARE_MAXIMUM).length,
    outliers: outliersOf(cpu).map((place) => cpu[place] ?? Number.NaN),
    cpuMicrosOfRounds: cpu,
  };
}

function processResult(list: readonly ProcessSample[]): ProcessResult[] {
  const [first] = list;
  if (first === undefined) return [];
  const endings: Record<string, number> = {};
  for (const { ending } of list) endings[ending] = (endings[ending] ?? 0) + 1;
  return [
    {
      variant: first.variant,
      module: first.module,
      firstAnswerMillis: spreadOf(list.map(({ firstAnswerMillis }) => firstAnswerMillis)),
      residentMib: median(list.map(({ residentMib }) => residentMib)),
      peakMib: median(list.map(({ peakMib }) => peakMib)),
      stopMillis: spreadOf(list.map(({ stopMillis }) => stopMillis)),
      endings,
    },
  ];
}

/**
 * Draws the rounds together: every figure beside bare of the same round and the same way of loading modules. Rounds without a
 * bare one count for nothing. Never throws.
 */
export function summarise(samples: readonly ProcessSample[]): Pick<OverheadResult, 'routes' | 'processes'> {
  const groups = Map.groupBy(samples, ({ variant, module }) => `${variant} ${module}`);
  const bare = new Map(
    samples
      .filter(({ variant }) => variant === BARE.name)
      .map((sample) => [`${sample.module} ${sample.round}`, sample]),
  );
  const routes = [...new Set(samples.flatMap((sample) => Object.keys(sample.routes)))];
  return {
    processes: [...groups.values()].flatMap(processResult),
    routes: [...groups.values()].flatMap((list) =>
      routes.flatMap((route) => {
        const bareOf = ({ module, round }: ProcessSample) => bare.get(`${module} ${round}`)?.routes[route];
        return routeResult(list, bareOf, route) ?? [];
      }),
    ),
  };
}

/** Bare may differ from itself by this much before the run's other rows are not to be believed. */
const CONTROL_RATIO_MAXIMUM = 1.03;
/** How far the ends of its 95 % interval may lie apart. */
const CONTROL_WIDTH_MAXIMUM = 1.1;
const NOISY_SHARE_MAXIMUM = 0.2;

const percent = (value: number): string =>
  Number.isFinite(value) ? `${value < 1 ? '' : '+'}${((value - 1) * 100).toFixed(1)} %` : 'anything';

/**
 * Why a run is too noisy to be believed: bare measured twice differs, is known too roughly, or others used the application's
 * core. Empty when it is not. Never throws.
 */
export function noiseOf({ routes, failedTurns }: Pick<OverheadResult, 'routes' | 'failedTurns'>): string[] {
  const control = routes.filter(({ variant }) => variant === CONTROL.name);
  const windows = routes.reduce((sum, { rounds }) => sum + rounds, 0);
  const noisy = routes.reduce((sum, { noisyWindows }) => sum + noisyWindows, 0);
  return [
    ...failedTurns.map((text) => `a turn without a measurement: ${text}`),
    ...(control.length === 0 ? ['bare was not measured a second time: nobody knows how noisy it was'] : []),
    ...control.flatMap(({ route, module, cpuRatio: { low, high } }) => {
      const range = `${percent(low)} to ${percent(high)}`;
      if (low > CONTROL_RATIO_MAXIMUM || high < 1 / CONTROL_RATIO_MAXIMUM)
        return [`${route} (${module}): bare differs from itself by ${range}`];
      return high / low > CONTROL_WIDTH_MAXIMUM
        ? [`${route} (${module}): bare against itself lies somewhere in ${range}`]
        : [];
    }),
    ...(noisy > NOISY_SHARE_MAXIMUM * windows
      ? [`others used more than 5 % of the application's core in ${noisy} of ${windows} windows`]
      : []),
  ];
}
