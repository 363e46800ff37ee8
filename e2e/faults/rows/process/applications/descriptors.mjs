// As loaded.mjs, with every descriptor in use for a second in between, from before the first batch on.
import { closeSync, openSync } from 'node:fs';
import { endSpans, sleep, warmUp } from './spans.mjs';
import { ledger, tell, tellLedger } from './witness.mjs';

tellLedger();
await warmUp();
const taken = [];
let refused = '';
while (refused === '') {
  try {
    taken.push(openSync('/dev/null'));
  } catch (error) {
    refused = error.code;
  }
}
console.log(`no descriptor left: ${refused}`);
for (let turn = 0; turn < 20; turn += 1) {
  endSpans(25);
  await sleep(50);
}
for (const descriptor of taken) closeSync(descriptor);
for (let turn = 0; turn < 20; turn += 1) {
  endSpans(25);
  await sleep(50);
}
// A batch that had no connection is tried again.
await sleep(2_000);
tell('made', ledger()?.ended);
console.log('ending');
