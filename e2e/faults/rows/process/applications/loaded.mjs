// Ends RATE spans a second for SECONDS; TERMINATE_EVERY milliseconds it ends its own export worker, TERMINATIONS times.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { endSpans, sleep, warmUp } from './spans.mjs';
import { ledger, tell, tellLedger } from './witness.mjs';

const {
  RATE = '1000',
  SECONDS = '3',
  TERMINATE_EVERY = '0',
  TERMINATIONS = '0',
  WORKER_ENDS = '0',
  RECOVERS = '',
} = process.env;
const workers = globalThis[Symbol.for('vigil.faults.workers')] ?? [];

tellLedger();
await warmUp();
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
let terminations = 0;
const killer = setInterval(() => {
  if (terminations >= Number(TERMINATIONS)) return;
  terminations += 1;
  void workers.at(-1)?.terminate();
}, Number(TERMINATE_EVERY) || 1_000_000);
const started = performance.now();
const untilMillis = started + Number(SECONDS) * 1_000;
/** On a machine with much else to do a worker takes seconds to start; nothing waits longer than this. */
const atLastMillis = untilMillis + 25_000;
let made = 0;
let acceptedAtLastEnd = 0;
let seenEnds = 0;
const accepted = () => ledger()?.accepted ?? 0;
/** All workers that are to end have ended, and the one after them has delivered something. */
const isThrough = () => seenEnds >= Number(WORKER_ENDS) && (RECOVERS === '' || accepted() > acceptedAtLastEnd);
while (performance.now() < untilMillis || (performance.now() < atLastMillis && !isThrough())) {
  // What the clock demands, so that a late timer does not make the load smaller.
  const due = Math.floor(((performance.now() - started) / 1_000) * Number(RATE));
  endSpans(due - made);
  made = due;
  if ((workers.ended ?? 0) > seenEnds) [seenEnds, acceptedAtLastEnd] = [workers.ended, accepted()];
  await sleep(10);
}
if (RECOVERS !== '') {
  const drainedMillis = performance.now() + 10_000;
  while (ledger().queued + ledger().inflight > 0 && performance.now() < drainedMillis) await sleep(20);
}
clearInterval(killer);
tell('made', made + (ledger() === undefined ? 0 : 1));
tell('workers', workers.length);
tell('workersEnded', workers.ended ?? 0);
tell('acceptedSinceLastEnd', accepted() - acceptedAtLastEnd);
tell('loopDelayP99Millis', delay.percentile(99) / 1e6);
tell('loopDelayMaximumMillis', delay.max / 1e6);
try {
  tell('rssMib', process.memoryUsage().rss / 1024 ** 2);
} catch {
  // Without /proc nobody knows.
}
console.log('ending');
