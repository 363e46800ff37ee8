// Counts something once the export worker runs, and then ends at once in the way THEN says: `throw`, or `exit` with 4.
import { metrics } from '@opentelemetry/api';
import { startTelemetry } from '@vigil/node';

const counter = metrics.getMeter('app').createCounter('app.last');
await startTelemetry().forceFlush();
console.log('ready');
setImmediate(() => {
  counter.add(1);
  if (process.env.THEN === 'throw') throw new Error('application error');
  process.exit(4);
});
