import { workerData } from 'node:worker_threads';
import { runExportWorker } from './export-worker.ts';
import { NODE_PLATFORM } from './node-platform.ts';
import type { WorkerStart } from './worker-message.ts';

runExportWorker(workerData as WorkerStart, NODE_PLATFORM);
