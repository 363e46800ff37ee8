// Has a handler for SIGTERM of its own, which takes its time and chooses the exit code.
import { trace } from '@opentelemetry/api';
import { startTelemetry } from '@vigil/node';

// The export worker runs from here on.
await startTelemetry().forceFlush();

trace.getTracer('app').startSpan('work').end();
const timer = setInterval(() => undefined, 1_000);
process.on('SIGTERM', () => {
  console.log('handler');
  clearInterval(timer);
  setTimeout(() => {
    process.exitCode = 7;
  }, 300);
});
console.log('ready');
