// Ends SPANS spans and then itself, in the WAY it is told. The same file runs with and without telemetry.
import { endSpans, sleep, warmUp } from './spans.mjs';
import { WAYS } from './ways-to-end.mjs';
import { tell, tellLedger } from './witness.mjs';

const { WAY = 'end', SPANS = '500' } = process.env;
const way = WAYS[WAY];
tellLedger();
// What a way installs is there before, as it would be in an application.
const end = way.prepare?.();
console.log('ready');
await warmUp();
await sleep(50);
endSpans(Number(SPANS));
tell('ended', Number(SPANS));
console.log('ending');
if (way.tick === undefined) end?.();
else await way.tick();
