// One span, then as told: end (default), stay, throw, process.exit().
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
then[process.env.THEN ?? 'end']();
