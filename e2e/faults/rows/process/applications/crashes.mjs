// In steady traffic: RATE spans a second, a third of them with an error; after SECONDS it comes to the END it is told.
// What it made it keeps telling: nobody can ask it afterwards.
import { trace } from '@opentelemetry/api';
import { sleep, warmUp } from './spans.mjs';
import { ledger, tell } from './witness.mjs';

const { RATE = '500', SECONDS = '3', END, MIB = '0' } = process.env;
const tracer = trace.getTracer('crash');
const ENDS = {
  'native abort': () => process.abort(),
  SIGSEGV: () => process.kill(process.pid, 'SIGSEGV'),
  SIGKILL: () => process.kill(process.pid, 'SIGKILL'),
  'process.exit in a handler': () => process.emit('request'),
  'uncaught exception': () => {
    throw new Error('application error');
  },
  'unhandled rejection': () => void Promise.reject(new Error('application error')),
  'heap exhausted': () => {
    const hoard = [];
    for (;;) hoard.push({ at: hoard.length });
  },
  // Memory that is used: the kernel ends the process when its group has no more.
  'killed by the kernel for memory': () => {
    const hoard = [];
    for (let mib = 0; mib < Number(MIB); mib += 8) hoard.push(Buffer.alloc(8 * 2 ** 20, 1));
  },
  'SIGTERM, no handler': () => process.kill(process.pid, 'SIGTERM'),
};
process.on('request', () => process.exit(3));

let made = 0;
function serve() {
  made += 1;
  const span = tracer.startSpan('GET /orders/:id', {
    kind: 1,
    attributes: { 'http.route': '/orders/:id', 'url.path': `/orders/${made}` },
  });
  if (made % 3 === 0) span.setStatus({ code: 2 });
  span.end();
}

await warmUp();
const started = performance.now();
const until = started + Number(SECONDS) * 1_000;
let isOver = false;
while (!isOver) {
  const due = Math.floor(((performance.now() - started) / 1_000) * Number(RATE));
  while (made < due) serve();
  isOver = performance.now() >= until;
  tell('made', made + 1);
  tell('ledger', ledger());
  // It ends with what it has just made.
  if (isOver) ENDS[END]();
  else await sleep(5);
}
// Whoever got here lives on for a while, idle.
setTimeout(() => undefined, 4_000);
