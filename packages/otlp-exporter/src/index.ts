export { type PartialSuccess, readPartialSuccess } from './answer/partial-success.ts';
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
