// An observable instrument that never answers, and a counter beside it; the export worker runs before that.
import { metrics } from '@opentelemetry/api';
import { startTelemetry } from '@vigil/node';

await startTelemetry().forceFlush();
const meter = metrics.getMeter('app');
meter.createObservableGauge('hangs').addCallback(() => new Promise(() => undefined));
meter.createCounter('counted').add(1);
console.log('ready');
