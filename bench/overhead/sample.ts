import type { ModuleKind } from './variants.ts';

/** One process' measurement of one route. */
export interface RouteSample {
  /** CPU of all threads for one request at saturation, in microseconds: the same number as CPU-seconds for a million. */
  readonly cpuMicros: number;
  readonly requestsPerSecond: number;
  /** Latencies at half of that rate, counted from when a request was due, in milliseconds. */
  readonly p50Millis: number;
  readonly p99Millis: number;
  /** What the main thread's JavaScript allocated for one request. */
  readonly allocatedBytes: number;
  /** The main thread's garbage collection for one request, in microseconds. */
  readonly gcMicros: number;
  /** What the agent sent for one request, as it came over the wire. */
  readonly sentBytes: number;
  /** Requests in the saturated window without an answer or with one of 400 and above. */
  readonly failures: number;
  /** Part of its core the application used in the saturated window, 0 to 1: well below 1, something else was the limit. */
  readonly busyShare: number;
  /** Part of that core other programs or the hypervisor took in that window, 0 to 1. */
  readonly foreignShare: number;
}

/** One life of the application with one agent. */
export interface ProcessSample {
  readonly variant: string;
  readonly module: ModuleKind;
  readonly round: number;
  /** From the start of the process to the answer to its first request. */
  readonly firstAnswerMillis: number;
  /** After all routes. */
  readonly residentMib: number;
  readonly peakMib: number;
  /** From SIGTERM to the end of the process. */
  readonly stopMillis: number;
  /** 0 for a drained end; the signal's name when it was killed. */
  readonly ending: string;
  readonly routes: Readonly<Record<string, RouteSample>>;
}
