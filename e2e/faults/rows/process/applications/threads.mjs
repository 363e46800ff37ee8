// An application with worker threads of its own, which inherit NODE_OPTIONS; none of them may start an export worker.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { work } from './member.mjs';

const CODE = `
const { parentPort } = require('node:worker_threads');
let started = 0;
process.on('worker', () => { started += 1; });
setTimeout(() => parentPort.postMessage(started), 300);
`;
const url = new URL(
  `data:text/javascript,${encodeURIComponent(`import { createRequire } from 'node:module';const require = createRequire('file:///');${CODE}`)}`,
);
const threads = Array.from({ length: Number(process.env.THREADS) }, (_, index) =>
  index % 2 === 0 ? new Worker(CODE, { eval: true }) : new Worker(url),
);
const answers = Promise.all(threads.map((thread) => once(thread, 'message')));
const ends = Promise.all(threads.map((thread) => once(thread, 'exit')));
await work();
console.log(`workers started in threads: ${(await answers).flat().join(' ')}`);
console.log(`threads ended ${(await ends).flat().join(' ')}`);
