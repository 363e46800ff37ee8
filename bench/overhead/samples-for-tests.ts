import type { OverheadResult } from './result.ts';
import { summarise } from './result.ts';
import type { ProcessSample, RouteSample } from './sample.ts';

const ROUTE: RouteSample = {
  cpuMicros: 100,
  requestsPerSecond: 1_000,
  p50Millis: 1,
  p99Millis: 5,
  allocatedBytes: 10_240,
  gcMicros: 2,
  sentBytes: 0,
  failures: 0,
  busyShare: 0.98,
  foreignShare: 0,
};

/** A process that measured `/ping`. */
export function sampleOf(variant: string, round: number, ping: Partial<RouteSample> = {}): ProcessSample {
  return {
    variant,
    module: 'cjs',
    round,
    firstAnswerMillis: 200,
    residentMib: 100,
    peakMib: 120,
    stopMillis: 50,
    ending: '0',
    routes: { ping: { ...ROUTE, ...ping } },
  };
}

/** A whole result of these samples. */
export function resultOf(samples: readonly ProcessSample[]): OverheadResult {
  return {
    set: 'headline',
    day: '2026-11-22',
    machine: { cpu: 'a processor', cores: 2, platform: 'linux', node: 'v24.21.0' },
    windows: { firstWarmUp: 1, warmUp: 1, saturated: 1, halfLoad: 1, heap: 1 },
    versions: { stock: '@opentelemetry/auto-instrumentations-node 0.82.0' },
    leftOut: [],
    failedTurns: [],
    ...summarise(samples),
  };
}
