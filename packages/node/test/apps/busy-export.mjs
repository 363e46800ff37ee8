// Ends while an export is on its way.
import { trace } from '@opentelemetry/api';

trace.getTracer('app').startSpan('work').end();
setTimeout(() => console.log('done'), 2_000);
