// One span, then as told after AFTER_MILLIS: end (default), stay, throw, process.exit().
import { trace } from '@opentelemetry/api';

trace.getTracer('app').startSpan('work').end();
const then = {
  end: () => undefined,
  stay: () => setInterval(() => undefined, 1_000),
  throw() {
    throw new Error('application error');
  },
  exit: () => process.exit(4),
};
console.log('ready');
setTimeout(() => then[process.env.THEN ?? 'end'](), Number(process.env.AFTER_MILLIS ?? 0));
