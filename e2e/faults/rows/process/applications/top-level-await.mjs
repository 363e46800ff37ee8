// Awaits at its top level, works once more in beforeExit, and leaves 100 spans in the queue.
import { endSpans, sleep, warmUp } from './spans.mjs';
import { tellLedger } from './witness.mjs';

tellLedger();
await warmUp();
let times = 0;
process.on('beforeExit', () => {
  times += 1;
  console.log(`beforeExit ${times}`);
  if (times === 1) setTimeout(() => undefined, 30);
});
await sleep(100);
endSpans(100);
console.log('ending');
