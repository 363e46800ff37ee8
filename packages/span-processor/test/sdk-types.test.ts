import { expect, test } from '@jest/globals';
import { type Sampler, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { createConsistentSampler, ResilientSpanProcessor } from '@vigil/span-processor';
import { type LightSpanProcessor, LightTracerProvider } from '@vigil/tracer';
import { MemoryPipeline } from './memory-pipeline.ts';

test('the types of both providers take the sampler and the processor without a cast', async () => {
  const processor = new ResilientSpanProcessor({ pipeline: new MemoryPipeline() });
  const asSdk: SpanProcessor = processor;
  const asLight: LightSpanProcessor = processor;
  const sampler: Sampler = createConsistentSampler({ ratio: 1 });
  const sdk = new TracerProvider({ sampler, spanProcessors: [asSdk] });
  const light = new LightTracerProvider({
    resource: { attributes: {} },
    sampler: createConsistentSampler(),
    processor: asLight,
  });
  expect(sdk.getTracer('a').startSpan('a').isRecording()).toBe(true);
  expect(light.getTracer('a').startSpan('a').isRecording()).toBe(true);
  await sdk.shutdown();
});
