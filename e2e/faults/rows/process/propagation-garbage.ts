import { once } from 'node:events';
import type { RowContext, RowOutcome } from '../../row.ts';
import { runApplication, VIGIL, WITHOUT } from './application-run.ts';
import { claim, none, withinMillis } from './claim.ts';
import { collectorEnvironment, startCollector } from './collector.ts';
import { conserved } from './conservation.ts';
import { processRow } from './process-row.ts';
import { rawRequest, statusOf } from './raw-request.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

/** Header lines as they come over the wire. */
const HEADERS: Readonly<Record<string, string>> = {
  'good one': `traceparent: 00-${TRACE}-${SPAN}-01`,
  empty: 'traceparent: ',
  'version ff': `traceparent: ff-${TRACE}-${SPAN}-01`,
  'later version': `traceparent: cc-${TRACE}-${SPAN}-01-what-the-future-brings`,
  'ids of zeros': `traceparent: 00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`,
  'upper case': `traceparent: 00-${TRACE.toUpperCase()}-${SPAN}-01`,
  'too long': `traceparent: 00-${TRACE}${TRACE}-${SPAN}-01`,
  'twice, different': `traceparent: 00-${TRACE}-${SPAN}-01\r\ntraceparent: 00-${'1'.repeat(32)}-${SPAN}-00`,
  'one of 60 kB': `traceparent: ${'0'.repeat(60_000)}`,
  'dashes of 60 kB': `traceparent: ${'-'.repeat(60_000)}`,
  'tracestate of 60 kB': `traceparent: 00-${TRACE}-${SPAN}-01\r\ntracestate: ${'a=b,'.repeat(15_000)}c=d`,
  'tracestate of one member of 60 kB': `traceparent: 00-${TRACE}-${SPAN}-01\r\ntracestate: a=${'b'.repeat(60_000)}`,
  'tracestate of commas': `traceparent: 00-${TRACE}-${SPAN}-01\r\ntracestate: ${','.repeat(60_000)}`,
  'tracestate of spaces': `traceparent: 00-${TRACE}-${SPAN}-01\r\ntracestate: a=${' '.repeat(60_000)}b`,
  'ot of garbage': `traceparent: 00-${TRACE}-${SPAN}-01\r\ntracestate: ot=th:zz;rv:${'f'.repeat(400)};th:;;;`,
  'ot that claims everything': `traceparent: 00-${TRACE}-${SPAN}-01\r\ntracestate: ot=th:0;rv:00000000000000`,
  '40 tracestate headers': `traceparent: 00-${TRACE}-${SPAN}-01${'\r\ntracestate: a=b'.repeat(40)}`,
  'baggage of 60 kB': `baggage: ${Array.from({ length: 4_000 }, (_, index) => `key${index}=value`)
    .join(',')
    .slice(0, 60_000)}`,
  'baggage of one value of 60 kB': `baggage: a=${'b'.repeat(60_000)}`,
  'baggage of percent signs': `baggage: ${'%'.repeat(60_000)}=%zz;%;=;,=`,
  'baggage of prototypes': 'baggage: __proto__=1,constructor=2,hasOwnProperty=3;toString=4',
  '500 baggage headers': Array.from({ length: 500 }, (_, index) => `baggage: k${index}=v`).join('\r\n'),
  'bytes above 127': 'traceparent: \u00ff\u00fe\u0080\r\ntracestate: \u00e9=\u00e9\r\nbaggage: \u00e9=\u00e9',
  b3: `b3: ${TRACE}-${SPAN}-1\r\nx-b3-traceid: ${'z'.repeat(8_000)}\r\nx-b3-sampled: maybe`,
  jaeger: `uber-trace-id: ${TRACE}:${SPAN}:0:999\r\nuberctx-key: ${'%'.repeat(8_000)}`,
  'x-ray and datadog': `x-amzn-trace-id: Root=${'1'.repeat(8_000)}\r\nx-datadog-trace-id: -1\r\nx-datadog-tags: _dd=${'x'.repeat(8_000)}`,
};

const ROUNDS = 20;

/** Serves and answers every header; tells how it ended and how long the slowest answer took. */
async function serve(preload: readonly string[], env: Readonly<Record<string, string>>, context: RowContext) {
  const ready = new EventTarget();
  let port = 0;
  const heard = once(ready, 'ready');
  const ended = runApplication({
    application: 'propagation.mjs',
    preload,
    env,
    flags: ['--max-http-header-size=131072'],
    patienceMillis: 120_000,
    folder: context.folder,
    signal: context.signal,
    onLine: (line) => {
      if (!line.startsWith('port ')) return;
      port = Number(line.slice(5));
      ready.dispatchEvent(new Event('ready'));
    },
  });
  await Promise.race([heard, ended]);
  const statuses: Record<string, number> = {};
  let slowestMillis = 0;
  let slowest = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, lines] of Object.entries(HEADERS)) {
      const started = performance.now();
      const answer = await rawRequest(
        port,
        `GET /${round} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines}\r\n\r\n`,
      );
      const millis = performance.now() - started;
      // The first round compiles and warms up.
      if (round > 0 && millis > slowestMillis) [slowestMillis, slowest] = [millis, name];
      statuses[name] = statusOf(answer);
    }
  }
  await rawRequest(port, 'GET /stop HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  return { run: await ended, statuses, slowestMillis, slowest };
}

async function runGarbage(context: RowContext): Promise<RowOutcome> {
  const collector = await startCollector();
  try {
    const env = collectorEnvironment(collector, 'garbage');
    const without = await serve(WITHOUT, env, context);
    const { run, statuses, slowestMillis, slowest } = await serve(VIGIL, env, context);
    context.progress(`${run.status} ${run.stderr.trim()}`);
    const taken = await collector.spansOf('garbage');
    // And one that warmed up.
    const spans = Number(run.told.served?.at(-1)) + 1;
    const different = Object.keys(HEADERS).filter((name) => statuses[name] !== without.statuses[name]);
    return {
      checks: [
        claim('I1', 'ends with the status it has without Vigil', run.status === without.run.status, run.status),
        none('I1', 'every request is answered as without Vigil', different, Object.keys(HEADERS).length),
        none('I1', 'nothing throws', (run.told.thrown ?? []).map(String), Number(run.told.direct?.at(-1))),
        withinMillis('I2', 'the slowest answer takes longer than without', slowestMillis - without.slowestMillis, 20),
        withinMillis(
          'I2',
          'CPU of the slowest of 20,000 direct extractions, up to 64 kB',
          Number(run.told.slowestMillis?.at(-1)),
          20,
        ),
        ...conserved(run.ledger, undefined, taken),
        claim('I4', 'a span for each request', run.ledger?.ended === spans, `${run.ledger?.ended} of ${spans}`),
        claim(
          'I3',
          'what is passed on is bounded: baggage 8,192 bytes, tracestate 512 and 32 members',
          Number(run.told.longestBaggage?.at(-1)) <= 8_192 && Number(run.told.longestState?.at(-1)) <= 512,
          `${run.told.longestBaggage?.at(-1)} and ${run.told.longestState?.at(-1)} bytes`,
        ),
      ],
      figures: {
        headers: Object.keys(HEADERS).length,
        'slowest answer (ms)': `${slowestMillis.toFixed(1)} (${slowest}); without Vigil ${without.slowestMillis.toFixed(1)}`,
        'slowest extraction (ms)': Number(Number(run.told.slowestMillis?.at(-1)).toFixed(2)),
      },
    };
  } finally {
    await collector.close();
  }
}

export const PROPAGATION_GARBAGE = processRow({
  id: 'F37',
  fault:
    'garbage in traceparent, tracestate, baggage, b3, jaeger headers: up to 60 kB, twice, wrong bytes; 20,000 random carriers',
  load: `${Object.keys(HEADERS).length} kinds × ${ROUNDS} requests on a real socket`,
  expected: 'answered as without Vigil, in linear time; a span for each; what is passed on is bounded',
  typicalSeconds: 12,
  run: runGarbage,
});
