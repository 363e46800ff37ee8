import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { WorkerStart } from './worker-message.ts';

/**
 * Enough many times over: nothing in the worker grows, and request bodies are outside of its heap. A young generation of 2 MB
 * instead of 8 is 5 MiB less memory under load.
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2 };

/**
 * A worker's event loop keeps 5 file descriptors for itself. An application that has hardly more than those left, here or because it
 * has just used them up, gets them; trying for so many takes a tenth of a millisecond.
 */
const DESCRIPTORS_LEFT = 32;

/** From the source, with types stripped by Node.js, other packages of the workspace are found by their condition. */
const isSource = import.meta.url.endsWith('.ts');

/**
 * Starts the export worker. Its flags and environment are empty: with the application's, it would preload what the application
 * preloads, this package included, which would start a worker.
 *
 * @throws what Node.js throws where a worker is not allowed.
 */
export function startWorker(start: WorkerStart): Worker {
  assertDescriptors();
  const worker = new Worker(new URL(isSource ? './worker-entry.ts' : './worker-entry.js', import.meta.url), {
    name: 'vigil-export',
    workerData: start,
    transferList: [start.port],
    execArgv: isSource ? ['--conditions=@vigil/source', '--disable-warning=ExperimentalWarning'] : [],
    env: {},
    // Nothing is written there; and if something were, it would not appear in the application's output.
    stdout: true,
    stderr: true,
    resourceLimits: RESOURCE_LIMITS,
  });
  worker.unref();
  return worker;
}

/** @throws when fewer than that are left. */
function assertDescriptors(): void {
  const opened: number[] = [];
  try {
    while (opened.length < DESCRIPTORS_LEFT) opened.push(openSync(devNull, 'r'));
  } catch (error) {
    // Where the device may not be opened, nothing is known about descriptors.
    if ((error as NodeJS.ErrnoException).code !== 'EMFILE') return;
    throw new Error(`fewer than ${DESCRIPTORS_LEFT} file descriptors are left`, { cause: error });
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}
