export { type PartialSuccess, readPartialSuccess } from './answer/partial-success.ts';
export { ConstantAttributes } from './encode/constant-attributes.ts';
export { DEFAULT_ENCODE_LIMITS, type EncodeLimits } from './encode/encode-limits.ts';
export { DOES_NOT_FIT, ENCODE_ERROR, OVERSIZE } from './encode/encode-outcome.ts';
export {
  type ResourceGroup,
  requestSize,
  type ScopeGroup,
  type SpanSlices,
  writeRequest,
} from './encode/request-frame.ts';
export { encodeResource, encodeScope } from './encode/resource.ts';
export { createSpanEncoder, type SpanEncoder } from './encode/span-encoder.ts';
export type {
  AttributePairs,
  EventRecord,
  LinkRecord,
  ResourceRecord,
  ScopeRecord,
  SpanRecord,
} from './encode/span-record.ts';
export type { SubmissionOutcome } from './export-loop/export-loop-options.ts';
export { createExportPipeline, type ExportPipeline, type WithinOptions } from './export-pipeline.ts';
export type { ExportPipelineOptions } from './export-pipeline-options.ts';
export { registerSelfMetrics } from './self-metrics/register-self-metrics.ts';
export type { SignalCounts } from './signal-counts.ts';
export type { OtlpEndpoint, OtlpEndpoints } from './transport/endpoint.ts';
export { createHttpTransport, type HttpTransportOptions } from './transport/http-transport.ts';
export type { AttemptReport } from './transport/timed-transport.ts';
