import { failuresOf, load } from '../../../bench/measure/load.ts';
import { liveThreadCpuSeconds } from '../../../bench/measure/processes.ts';
import { pairedRatio, type Ratio } from '../../../bench/measure/statistics.ts';
import type { Effort } from '../row.ts';
import type { BedApplication } from './application/bed-application.ts';
import type { LoadWindow, WindowPair } from './sick-reading.ts';

export const CONNECTIONS = 16;
/** An interval as wide as this on either side still says something about 2 %. */
const DECIDED_REACH = 0.02;
/** A request that waits longer than this has failed; a crowded machine alone makes one wait for seconds. */
const ANSWER_MILLIS = 20_000;

/** Loads one application as fast as it answers. */
export async function loadWindow(
  application: BedApplication,
  millis: number,
  signal: AbortSignal,
  rate = 0,
): Promise<LoadWindow> {
  const cpuBefore = liveThreadCpuSeconds(application.pid);
  const report = await load({
    url: `${application.url}/ping`,
    seconds: millis / 1_000,
    connections: CONNECTIONS,
    timeoutMillis: ANSWER_MILLIS,
    rate,
    signal,
    core: application.options.cores?.others,
  });
  const cpuAfter = liveThreadCpuSeconds(application.pid);
  const cpuSeconds = cpuBefore === undefined || cpuAfter === undefined ? Number.NaN : cpuAfter - cpuBefore;
  return {
    requestsPerSecond: report.requestsPerSecond,
    requests: report.requests,
    errors: failuresOf(report),
    p50Millis: report.latencyMillis.p50,
    p99Millis: report.latencyMillis.p99,
    cpuMicrosPerRequest: (cpuSeconds * 1e6) / Math.max(1, report.requests),
  };
}

/** The same while something else is done; whoever waits for it later learns how it ended. */
export function startWindow(...given: Parameters<typeof loadWindow>): Promise<LoadWindow> {
  const running = loadWindow(...given);
  running.catch(() => undefined);
  return running;
}

/** Throughput of the sick application by that of the healthy one. */
export const throughputRatio = (pairs: readonly WindowPair[]): Ratio =>
  // A window without an answer counts as one with a single one: a logarithm must exist.
  pairedRatio(pairs.map(({ sick, healthy }) => [sick.requestsPerSecond || 1, healthy.requestsPerSecond || 1]));

/** CPU of all threads a request costs the sick application by that of the healthy one. */
export const cpuRatio = (pairs: readonly WindowPair[]): Ratio | undefined => {
  const known = pairs.map(({ sick, healthy }) => [sick.cpuMicrosPerRequest, healthy.cpuMicrosPerRequest] as const);
  return known.some(([sick, healthy]) => sick > 0 && healthy > 0) ? pairedRatio(known) : undefined;
};

export const isDecided = ({ ratio, low, high }: Ratio): boolean =>
  high / ratio <= 1 + DECIDED_REACH && ratio / low <= 1 + DECIDED_REACH;

/** Windows in turns, A B B A, until the interval is narrow or the effort is spent. */
export async function comparePairs(
  sick: BedApplication,
  healthy: BedApplication,
  effort: Effort,
  signal: AbortSignal,
): Promise<WindowPair[]> {
  const pairs: WindowPair[] = [];
  const window = (application: BedApplication) => loadWindow(application, effort.windowMillis, signal);
  while (pairs.length < effort.maximumPairs) {
    if (pairs.length % 2 === 0) {
      const first = await window(sick);
      pairs.push({ sick: first, healthy: await window(healthy) });
    } else {
      const first = await window(healthy);
      pairs.push({ healthy: first, sick: await window(sick) });
    }
    if (pairs.length >= effort.minimumPairs && isDecided(throughputRatio(pairs))) break;
  }
  return pairs;
}
