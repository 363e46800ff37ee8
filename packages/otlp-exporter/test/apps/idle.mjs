import { readdirSync, readFileSync } from 'node:fs';
import { endSpans, pipeline, sayLedger } from './pipeline.mjs';

/** How often the worker's thread, found by its name, was given the processor. */
function wakings() {
  for (const task of readdirSync('/proc/self/task')) {
    const read = (file) => readFileSync(`/proc/self/task/${task}/${file}`, 'utf8');
    if (read('comm').trim() === 'vigil-export')
      return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(read('status'))?.[1]);
  }
  return Number.NaN;
}

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
endSpans(100);
await pipeline.forceFlush();
// Longer than an idle connection lives.
await pause(5_000);
const before = wakings();
await pause(3_000);
console.log(`wakings ${wakings() - before}`);
endSpans(1);
await pause(400);
console.log(`delivered ${pipeline.ledger().accepted}`);
await pipeline.shutdown();
sayLedger();
