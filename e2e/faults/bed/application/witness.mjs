// Loaded after the telemetry into every application of the bed, whoever the telemetry is: counts what the application serves and
// what leaves for the backend, and says so four times a second and at the end, one line of JSON each, on file descriptor 3.
import diagnostics from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const REPORT_MILLIS = 250;
const WITNESS_FD = 3;
const NANOS_PER_MILLI = 1e6;

const { port: backendPort } = new URL(process.env.BED_BACKEND ?? 'http://127.0.0.1');
const telemetry =
  process.env.BED_SUBJECT === 'vigil' ? createRequire(import.meta.url)('@vigil/node').startTelemetry() : undefined;

let served = 0;
let requests = 0;
diagnostics.subscribe('http.server.request.start', () => {
  served += 1;
});
diagnostics.subscribe('http.client.request.start', ({ request }) => {
  if (request.getHeader('host')?.endsWith(`:${backendPort}`)) requests += 1;
});

const { kill } = process;
const delay = monitorEventLoopDelay({ resolution: 2 });
delay.enable();

function report() {
  const ledger = telemetry?.ledger();
  const line = {
    served,
    // Vigil's leave from its worker, where no channel of this thread sees them.
    requests: ledger === undefined ? requests : ledger.requests,
    ledger,
    loopDelay:
      delay.count === 0
        ? undefined
        : { p99: delay.percentile(99) / NANOS_PER_MILLI, maximum: delay.max / NANOS_PER_MILLI },
  };
  delay.reset();
  try {
    writeSync(WITNESS_FD, `${JSON.stringify(line)}\n`);
  } catch (error) {
    // The bed is gone, and nobody else would ever end this application.
    if (error.code === 'EPIPE') kill.call(process, process.pid, 'SIGKILL');
  }
}

setInterval(report, REPORT_MILLIS).unref();
process.on('exit', report);
// Who flushes and then dies of its signal passes through here, not through `exit`.
process.kill = (pid, signal) => {
  if (pid === process.pid) report();
  return kill.call(process, pid, signal);
};
