import { NODEJS_WORKER_COUNT, PROCESS_THREAD_COUNT } from '@vigil/conventions';
import { all, type Collector } from './collector.ts';
import type { StartedWorker } from './node-process.ts';

/** Threads of the operating system. */
export const collectThreads: Collector = ({ metrics, process }) =>
  metrics.observe(PROCESS_THREAD_COUNT, (give) => {
    const count = process.threads();
    if (count !== undefined) give(count);
  });

/** Thread name of Vigil's own worker: it is no part of the application. */
const EXPORTER = 'vigil-export';

/** Ended workers that are not yet forgotten, when nobody collects. */
const ENDED_MAXIMUM = 100;

/**
 * Worker threads this thread has started and that run. Asked, not listened to: a listener for their end would be one more than the
 * application has put there.
 */
export const collectWorkers: Collector = ({ metrics, process }) => {
  const workers = new Set<StartedWorker>();
  let forgetAt = ENDED_MAXIMUM;
  const forgetEnded = () => {
    for (const worker of workers) if (worker.threadId === -1) workers.delete(worker);
    forgetAt = workers.size + ENDED_MAXIMUM;
  };
  return all(
    process.onWorker((worker) => {
      if (worker.threadName === EXPORTER) return;
      workers.add(worker);
      if (workers.size >= forgetAt) forgetEnded();
    }),
    metrics.observe(NODEJS_WORKER_COUNT, (give) => {
      forgetEnded();
      give(workers.size);
    }),
    () => workers.clear(),
  );
};
