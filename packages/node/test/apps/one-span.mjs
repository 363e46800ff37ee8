// One span, then as told after AFTER_MILLIS: end (default), flush, stay, throw, process.exit(). With FIRST=flush, which needs a
// collector, the export worker runs before that.
import { context, trace } from '@opentelemetry/api';

const flush = async () => (await import('@vigil/node')).startTelemetry().forceFlush();
if (process.env.FIRST === 'flush') await flush();

const tracer = trace.getTracer('app');
// INSIDE: in a request that is not over.
const outer =
  process.env.INSIDE === undefined ? context.active() : trace.setSpan(context.active(), tracer.startSpan('request'));
tracer.startSpan('work', {}, outer).end();
const then = {
  end: () => undefined,
  flush,
  stay: () => setInterval(() => undefined, 1_000),
  throw() {
    throw new Error('application error');
  },
  exit: () => process.exit(4),
};
console.log('ready');
setTimeout(() => then[process.env.THEN ?? 'end'](), Number(process.env.AFTER_MILLIS ?? 0));
