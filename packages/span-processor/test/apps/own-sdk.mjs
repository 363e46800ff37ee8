// An application with an SDK of its own, 3 or the one SDK names: ends spans, then ends itself in the way its argument names.
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createConsistentSampler, ResilientSpanProcessor } from '@vigil/span-processor';

const require = createRequire(
  process.env.SDK === '2' ? new URL('../../compat/sdk-2/package.json', import.meta.url) : import.meta.url,
);
const { trace, ROOT_CONTEXT, SpanStatusCode } = require('@opentelemetry/api');
const TracerProvider =
  process.env.SDK === '2'
    ? require('@opentelemetry/sdk-trace-base').BasicTracerProvider
    : require('@opentelemetry/sdk-trace').TracerProvider;

const processor = new ResilientSpanProcessor({ url: process.env.SINK, log: () => undefined });
const provider = new TracerProvider({ sampler: createConsistentSampler({ ratio: 0 }), spanProcessors: [processor] });
const tracer = provider.getTracer('own-sdk');
let endsAt = 0;
process.on('exit', () => {
  writeSync(1, JSON.stringify({ ...processor.ledger(), exitMillis: performance.now() - endsAt }));
});

const endTrace = (isFailing) => {
  const root = tracer.startSpan('root');
  const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root));
  if (isFailing) child.setStatus({ code: SpanStatusCode.ERROR });
  child.end();
  root.end();
};
// Whether a worker that is only starting delivers within the exit's half second is the machine's business, so it has started.
endTrace(true);
if (process.env.WARM === 'true') await processor.forceFlush();
for (let index = 0; index < 100; index += 1) endTrace(index % 4 === 0);
// One request is still running: its failed part is known.
const open = tracer.startSpan('open');
tracer.startSpan('failed', {}, trace.setSpan(ROOT_CONTEXT, open)).setStatus({ code: SpanStatusCode.ERROR }).end();

const ways = {
  end: () => undefined,
  exit: () => process.exit(3),
  throw: () => {
    throw new Error('uncaught');
  },
  shutdown: () => provider.shutdown(),
};
endsAt = performance.now();
await ways[process.argv[2]]();
