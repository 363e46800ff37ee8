import { AsyncLocalStorage } from 'node:async_hooks';
import diagnostics from 'node:diagnostics_channel';
import { availableParallelism, totalmem } from 'node:os';
import { PerformanceObserver, performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { getHeapSpaceStatistics, getHeapStatistics, type HeapSpaceInfo } from 'node:v8';
import { isMainThread, type Worker } from 'node:worker_threads';
import { fileDescriptorLimit, openFileDescriptors, threadCount } from './proc-files.ts';

/** What the collectors read: this thread and its process. The only place that does, but for `proc-files.ts`. */
export interface NodeProcess {
  readonly nodeVersion: string;
  readonly isMainThread: boolean;
  /** Seconds since 1970; the same number for as long as the process lives, whatever happens to the machine's clock. */
  readonly startSeconds: number;
  readonly uptimeSeconds: () => number;
  /** Never holds the process. What the callback throws is lost. */
  readonly every: (millis: number, callback: () => void) => () => void;
  /** `kind` as in `perf_hooks.constants`. Never holds the process. */
  readonly onGarbageCollection: (callback: (kind: number, millis: number) => void) => () => void;
  readonly onWorker: (callback: (worker: StartedWorker) => void) => () => void;
  /** Since the event loop began; 0 and 0 before. */
  readonly eventLoopMillis: () => { readonly active: number; readonly idle: number };
  readonly heapSpaces: () => readonly HeapSpaceInfo[];
  readonly heapLimitBytes: () => number;
  readonly memory: () => { readonly rss: number; readonly external: number; readonly arrayBuffers: number };
  /** Nothing where nothing limits the process but the machine. */
  readonly memoryLimitBytes: () => number | undefined;
  readonly cpuMicros: () => { readonly user: number; readonly system: number };
  readonly cpuCount: () => number;
  readonly activeResources: () => readonly string[];
  readonly fileDescriptors: () => number | undefined;
  readonly fileDescriptorLimit: () => number | undefined;
  readonly threads: () => number | undefined;
}

/** A worker thread as its starter sees it. */
export interface StartedWorker {
  /** -1 from its end on. */
  readonly threadId: number;
  /** Nothing before Node.js 24.6. */
  readonly threadName?: string | null;
}

/** The declarations of Node.js leave `detail` to kinds of entry they do not have. */
interface GarbageCollectionEntry {
  readonly duration: number;
  readonly detail?: { readonly kind?: number };
}

/** A timer keeps the stores of whoever started it: those of a request must not live for ever. */
const inTheStoresOfTheStart = AsyncLocalStorage.snapshot();

export const NODE_PROCESS: NodeProcess = {
  nodeVersion: process.versions.node,
  isMainThread,
  startSeconds: performance.timeOrigin / 1000,
  uptimeSeconds: () => process.uptime(),
  every: (millis, callback) => {
    const timer = inTheStoresOfTheStart(() => setInterval(guarded(callback), millis).unref());
    return () => clearInterval(timer);
  },
  onGarbageCollection: (callback) => {
    const take = guarded((entries: readonly GarbageCollectionEntry[]) => {
      for (const { detail, duration } of entries) callback(detail?.kind ?? 0, duration);
    });
    const observer = new PerformanceObserver((list) => take(list.getEntries()));
    observer.observe({ entryTypes: ['gc'] });
    return () => observer.disconnect();
  },
  onWorker: (callback) => {
    const take = guarded((message: unknown) => callback((message as { readonly worker: Worker }).worker));
    diagnostics.subscribe('worker_threads', take);
    return () => void diagnostics.unsubscribe('worker_threads', take);
  },
  eventLoopMillis: () => performance.eventLoopUtilization(),
  heapSpaces: () => getHeapSpaceStatistics(),
  heapLimitBytes: () => getHeapStatistics().heap_size_limit,
  memory: () => process.memoryUsage(),
  memoryLimitBytes: () => effectiveLimit(process.constrainedMemory(), totalmem()),
  cpuMicros: () => process.cpuUsage(),
  cpuCount: () => availableParallelism(),
  activeResources: () => process.getActiveResourcesInfo(),
  fileDescriptors: openFileDescriptors,
  fileDescriptorLimit,
  threads: threadCount,
};

/**
 * Control groups without a limit answer 0, 2⁶⁴ - 1 or a number close to 2⁶³, by their version: more than the machine has is no limit.
 * Never throws.
 */
export function effectiveLimit(limitBytes: number, machineBytes: number): number | undefined {
  return limitBytes > 0 && limitBytes <= machineBytes ? limitBytes : undefined;
}

/** Node.js itself calls these: what they threw would be an uncaught exception of the application. */
function guarded<Arguments extends unknown[]>(callback: (...given: Arguments) => void): (...given: Arguments) => void {
  return (...given) => {
    try {
      callback(...given);
    } catch {
      // One sample is lost; the next one is taken.
    }
  };
}
