// The preload comes to a worker thread by the options of Node.js.
import { Worker } from 'node:worker_threads';

new Worker(new URL('./dist/compiled.mjs', import.meta.url));
