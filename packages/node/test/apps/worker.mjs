// Starts itself as a worker thread.
import { isMainThread, Worker } from 'node:worker_threads';
import { trace } from '@opentelemetry/api';
import { startTelemetry } from '@vigil/node';

if (isMainThread) new Worker(new URL(import.meta.url));
else {
  trace.getTracer('app').startSpan('in worker').end();
  if (process.env.VIGIL_WORKERS === 'true') await startTelemetry().forceFlush();
}
