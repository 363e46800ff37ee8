// The README's example: NodeSDK of OpenTelemetry with ResilientSpanProcessor, at the address in SINK; prints the ledger.
import { createRequire } from 'node:module';
import { createConsistentSampler, ResilientSpanProcessor } from '@vigil/span-processor';

const require = createRequire(new URL('../../compat/node-sdk/package.json', import.meta.url));
const { NodeSDK } = require('@opentelemetry/sdk-node');
const { trace } = require('@opentelemetry/api');

const processor = new ResilientSpanProcessor({ url: process.env.SINK });
const sdk = new NodeSDK({
  serviceName: 'shop',
  sampler: createConsistentSampler({ ratio: 0 }),
  spanProcessors: [processor],
  instrumentations: [],
});
sdk.start();

for (const name of ['ordinary', 'failed']) {
  const span = trace.getTracer('shop').startSpan(name);
  if (name === 'failed') span.setStatus({ code: 2 });
  span.end();
}
await sdk.shutdown();
process.stdout.write(JSON.stringify(processor.ledger()));
