import { trace } from '@opentelemetry/api';

trace.getTracer('environment').startSpan('work').end();
console.log('served');
setTimeout(() => process.exit(3), 150);
