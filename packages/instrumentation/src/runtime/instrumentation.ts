import type { Instrumentation, InstrumentationStatus, RefusedLibrary } from '../instrumentation.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import { collectActiveResources } from './active-resources.ts';
import { all, type Collecting, type Collector } from './collector.ts';
import { collectCpu } from './cpu.ts';
import { collectEventLoopDelay } from './event-loop-delay.ts';
import { collectEventLoopTime } from './event-loop-time.ts';
import { collectFileDescriptors } from './file-descriptors.ts';
import { collectGarbageCollections } from './garbage-collection.ts';
import { collectHeap } from './heap.ts';
import { collectLifetime } from './lifetime.ts';
import { collectMemory } from './memory.ts';
import { NODE_PROCESS, type NodeProcess } from './node-process.ts';
import { delayResolutionMillis, type RuntimeOptions } from './options.ts';
import { collectThreads, collectWorkers } from './threads.ts';

type Named = readonly [what: string, collect: Collector];

/** Each thread has its own loop, heap and handles. */
const OF_THREAD: readonly Named[] = [
  ['event loop time', collectEventLoopTime],
  ['heap', collectHeap],
  ['active resources', collectActiveResources],
  ['worker threads', collectWorkers],
];

/** A process has these once: a worker thread leaves them to the main thread, so that sums over resources stay true. */
const OF_PROCESS: readonly Named[] = [
  ['CPU', collectCpu],
  ['file descriptors', collectFileDescriptors],
  ['lifetime', collectLifetime],
  ['memory', collectMemory],
  ['threads', collectThreads],
];

/**
 * Metrics of Node.js itself: event loop, garbage collection, heap, memory, CPU, handles, file descriptors, threads, lifetime. Without
 * metrics it does nothing. Never throws.
 *
 * @param process what is read; tests give their own.
 */
export function createRuntimeInstrumentation(
  host: Pick<InstrumentationHost, 'metrics' | 'nowMillis' | 'warn'>,
  options: RuntimeOptions = {},
  process: NodeProcess = NODE_PROCESS,
): Instrumentation {
  const { metrics, nowMillis, warn } = host;
  let end: (() => void) | undefined;
  let refused: readonly RefusedLibrary[] = [];

  const begin = (collecting: Collecting): (() => void) => {
    const problems: RefusedLibrary[] = [];
    const endings = collectors(process.isMainThread, options).flatMap(([what, collect]) => {
      try {
        return [collect(collecting)];
      } catch (error) {
        const reason = `${what} is not measured: ${error instanceof Error ? error.message : String(error)}`;
        problems.push({ library: 'node', version: process.nodeVersion, reason });
        warn(reason);
        return [];
      }
    });
    refused = problems;
    return all(...endings);
  };

  return {
    name: 'runtime-node',
    enable: () => {
      if (metrics !== undefined) end ??= begin({ metrics, nowMillis, process });
    },
    disable: () => {
      end?.();
      end = undefined;
      refused = [];
    },
    status: (): InstrumentationStatus => ({
      name: 'runtime-node',
      isEnabled: end !== undefined,
      instrumented:
        end === undefined
          ? []
          : [{ library: 'node', version: process.nodeVersion, mechanism: 'observation', module: 'builtin' }],
      refused,
    }),
  };
}

function collectors(isMainThread: boolean, options: RuntimeOptions): readonly Named[] {
  const resolutionMillis = delayResolutionMillis(options);
  const delay: readonly Named[] =
    resolutionMillis === 0
      ? []
      : [['event loop delay', (collecting) => collectEventLoopDelay(collecting, resolutionMillis)]];
  const garbage: readonly Named[] =
    options.garbageCollection === false ? [] : [['garbage collection', collectGarbageCollections]];
  return [...delay, ...garbage, ...OF_THREAD, ...(isMainThread ? OF_PROCESS : [])];
}
