// Everything is measured while the event loop is held for 300 ms, garbage is collected, files are opened and a worker runs; then nothing is
// left to do, and the process has to end by itself.
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as later } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createMetricRegistry } from '@vigil/metrics';
import { createRuntimeInstrumentation } from '../../../src/runtime/index.ts';
import { collected } from '../collected.ts';

const registry = createMetricRegistry();
const reader = registry.producer();
const host = { metrics: registry, nowMillis: () => performance.now(), warn: (line: string) => console.error(line) };
const runtime = createRuntimeInstrumentation(host);
const collectGarbage = globalThis.gc;
if (collectGarbage === undefined) throw new Error('run with --expose-gc');

const bare = new Worker('', { eval: true });
const bareListeners = bare.eventNames();
await once(bare, 'exit');

const resourcesBefore = process.getActiveResourcesInfo();
const storage = new AsyncLocalStorage<object>();
const stored = storage.run({}, () => {
  runtime.enable();
  return new WeakRef(storage.getStore() as object);
});
const resourcesAfter = process.getActiveResourcesInfo();

await later(60);
const held = performance.now() + 300;
while (performance.now() < held);
await later(60);
collectGarbage();
await later(10);

const quiet = collected(reader);
const files = Array.from({ length: 10 }, () => openSync(import.meta.filename, 'r'));
const worker = new Worker('setTimeout(() => {}, 60_000)', { eval: true });
const listeners = worker.eventNames();
await once(worker, 'online');
// An open file is counted again after 5 s at the earliest; another reader of the same process does not wait.
const again = createMetricRegistry();
const second = createRuntimeInstrumentation({ ...host, metrics: again });
second.enable();
const busy = { ...collected(again.producer()), 'nodejs.worker.count': collected(reader)['nodejs.worker.count'] };
second.disable();
await worker.terminate();
for (const file of files) closeSync(file);
const after = collected(reader);
collectGarbage();

const isStoreFree = stored.deref() === undefined;
console.log(
  JSON.stringify({ quiet, busy, after, resourcesBefore, resourcesAfter, bareListeners, listeners, isStoreFree }),
);
