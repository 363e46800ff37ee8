// One span for each hostile case, each with one attribute that has to survive; nothing may throw into this application.
import { trace } from '@opentelemetry/api';
import { HOSTILE } from './hostile-cases.mjs';
import { HUGE } from './huge-cases.mjs';
import { warmUp } from './spans.mjs';
import { ledger, tell, tellLedger } from './witness.mjs';

const cases = process.env.CASES === 'huge' ? HUGE : HOSTILE;
const tracer = trace.getTracer('hostile');
tellLedger();
await warmUp();
let longestMillis = 0;
let longest = '';
for (const [name, act] of Object.entries(cases)) {
  let span;
  const started = performance.now();
  try {
    span = tracer.startSpan('case', { attributes: { case: name } });
    const other = act(span, tracer);
    other?.end();
  } catch (error) {
    tell('thrown', `${name}: ${String(error).slice(0, 100)}`);
  }
  try {
    span.end();
  } catch (error) {
    tell('thrown', `${name}, end: ${String(error).slice(0, 100)}`);
  }
  const millis = performance.now() - started;
  if (millis > longestMillis) [longestMillis, longest] = [millis, name];
}
tell('cases', Object.keys(cases));
tell('longest', `${longestMillis.toFixed(1)} ms: ${longest}`);
tell('made', ledger()?.ended);
tell('prototype', Object.getOwnPropertyNames(Object.prototype).length);
console.log('ending');
