// An application that gives Vigil parts of its own, each of which misbehaves in the MANNER it is told.
import { context, diag, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { startTelemetry } from '@vigil/node';
import { endSpans, sleep, warmUp } from './spans.mjs';
import { ledger, tell, tellLedger } from './witness.mjs';

const { MANNER = 'throw', SPANS = '500' } = process.env;
let calls = 0;
let isInside = false;
const busy = (millis) => {
  const until = performance.now() + millis;
  while (performance.now() < until);
};
const MANNERS = {
  throw() {
    throw new Error('hook');
  },
  'throw nothing': () => {
    throw undefined;
  },
  reject: () => Promise.reject(new Error('hook')),
  never: () => new Promise(() => undefined),
  recurse() {
    if (isInside) return;
    isInside = true;
    trace.getTracer('hook').startSpan('inside').end();
    isInside = false;
  },
  slow: () => busy(1),
};
const misbehave = () => {
  calls += 1;
  return MANNERS[MANNER]();
};
/** What nobody could wait for: a promise of the application's own there is the application's own. */
const misbehaveAtOnce = MANNER === 'reject' || MANNER === 'never' ? () => undefined : misbehave;
const part = (...methods) => Object.fromEntries(methods.map((method) => [method, misbehave]));

const telemetry = startTelemetry({
  spanProcessors: [part('onStart', 'onEnding', 'onEnd', 'forceFlush', 'shutdown')],
  logRecordProcessors: [part('onEmit', 'enabled', 'forceFlush', 'shutdown')],
});
tellLedger();
const error = (where) => (problem) => tell('thrown', `${where}: ${String(problem)}`);
const attempt = (where, work) => {
  try {
    return work();
  } catch (problem) {
    error(where)(problem);
  }
};
process.on('unhandledRejection', error('unhandledRejection'));
process.on('uncaughtException', error('uncaughtException'));

attempt('diag', () => {
  const names = ['error', 'warn', 'info', 'debug', 'verbose'];
  const logger = Object.fromEntries(names.map((name) => [name, misbehaveAtOnce]));
  diag.setLogger(logger, { suppressOverrideMessage: true });
});
attempt('gauge', () => metrics.getMeter('hook').createObservableGauge('hooked').addCallback(misbehave));
await warmUp();
for (let left = Number(SPANS); left > 0; left -= 50) {
  attempt('span', () => endSpans(50));
  await sleep(5);
}
attempt('log', () => logs.getLogger('hook').emit({ body: 'hooked' }));
attempt('inject', () => propagation.inject(context.active(), {}, { set: misbehaveAtOnce }));
attempt('extract', () => propagation.extract(context.active(), {}, { get: misbehaveAtOnce, keys: () => [] }));
attempt('active', () => trace.getTracer('hook').startActiveSpan('active', (span) => span.end()));
tell('flushed', await telemetry.forceFlush({ timeoutMillis: 1_500 }));
tell('made', ledger().ended);
tell('calls', calls);
console.log('ending');
