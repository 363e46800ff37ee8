// One span, then as told after AFTER_MILLIS: end (default), stay, throw, process.exit().
import { context, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('app');
// INSIDE: in a request that is not over.
const outer =
  process.env.INSIDE === undefined ? context.active() : trace.setSpan(context.active(), tracer.startSpan('request'));
tracer.startSpan('work', {}, outer).end();
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
