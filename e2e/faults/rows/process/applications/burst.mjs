// SPANS spans in one tick, or spread over SECONDS in ticks of 10 ms; then waits until the queue is empty.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { endSpans, sleep, warmUp } from './spans.mjs';
import { ledger, tell, tellLedger } from './witness.mjs';

const { SPANS, SECONDS } = process.env;
/** Without what the next collection would free. */
const rssMib = () => {
  globalThis.gc();
  return process.memoryUsage().rss / 1024 ** 2;
};

tellLedger();
await warmUp();
await sleep(300);
tell('rssBeforeMib', rssMib());
let burstMillis = 0;
const delay = monitorEventLoopDelay({ resolution: 1 });
if (Number(SECONDS) === 0) {
  const started = performance.now();
  endSpans(Number(SPANS));
  burstMillis = performance.now() - started;
  // The burst itself is the application's; what comes after would be Vigil's.
  await sleep(0);
  delay.enable();
} else {
  delay.enable();
  const started = performance.now();
  let made = 0;
  while (made < Number(SPANS)) {
    const due = Math.min(
      Number(SPANS),
      Math.floor(((performance.now() - started) / 1_000 / Number(SECONDS)) * Number(SPANS)),
    );
    const tick = performance.now();
    // A machine that cannot do more takes longer, in ticks that are no longer.
    const now = Math.min(2_000, due - made);
    endSpans(now);
    burstMillis += performance.now() - tick;
    made += now;
    await sleep(10);
  }
}
const until = performance.now() + 15_000;
while ((ledger()?.queued ?? 0) + (ledger()?.inflight ?? 0) > 0 && performance.now() < until) await sleep(50);
tell('stallMillis', delay.max / 1e6);
tell('burstMillis', burstMillis);
tell('rssAfterMib', rssMib());
console.log('ending');
