export type {
  AdaptiveSlowThreshold,
  RetentionOptions,
  TailRetentionOptions,
} from './processor-options.ts';
export type { PipelineOptions, SpanPipeline } from './processor-pipeline.ts';
export { ResilientSpanProcessor, type ResilientSpanProcessorOptions } from './resilient-span-processor.ts';
export { forceSampling } from './retention/forced.ts';
export { SAMPLING_RULES, type SamplingRule } from './retention/local-trace.ts';
export { HEALTH_CHECK_ROUTES, type RouteRule } from './route/route-rule.ts';
export { type ConsistentSampler, createConsistentSampler, type SamplingResult } from './sampler/consistent-sampler.ts';
export type { ConsistentSamplerOptions } from './sampler/sampler-options.ts';
export {
  STANDARD_SAMPLERS,
  type StandardSampler,
  type StandardSampling,
  standardSampling,
} from './sampler/standard-sampling.ts';
export type { SdkEvent, SdkLink, SdkResource, SdkScope, SdkSpan, SdkTime } from './sdk/sdk-span.ts';
export type { SpanSink } from './span-intake.ts';
