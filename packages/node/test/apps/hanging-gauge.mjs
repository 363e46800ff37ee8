// An observable instrument that never answers, and a counter beside it.
import { metrics } from '@opentelemetry/api';

const meter = metrics.getMeter('app');
meter.createObservableGauge('hangs').addCallback(() => new Promise(() => undefined));
meter.createCounter('counted').add(1);
console.log('ready');
setTimeout(() => undefined, Number(process.env.AFTER_MILLIS ?? 0));
