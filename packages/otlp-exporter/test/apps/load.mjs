import { workers } from './count-workers.mjs';
import { endSpans, pipeline, sayLedger } from './pipeline.mjs';

// Ends spans at a steady rate, and the worker now and then: KILL_EVERY milliseconds, KILLS times.
const { RATE = '5000', SECONDS = '3', KILL_EVERY = '0', KILLS = '0' } = process.env;
// A worker that dies before it ever worked is another case.
await pipeline.forceFlush();
const tick = setInterval(() => endSpans(Number(RATE) / 50), 20);
let kills = 0;
const killer = setInterval(() => {
  if (kills >= Number(KILLS)) return;
  kills += 1;
  void workers.at(-1)?.terminate();
}, Number(KILL_EVERY) || 1_000_000);
await new Promise((resolve) => setTimeout(resolve, Number(SECONDS) * 1_000));
clearInterval(tick);
clearInterval(killer);
const stopped = await pipeline.shutdown();
console.log(`stopped ${stopped} ${workers.length}`);
sayLedger();
