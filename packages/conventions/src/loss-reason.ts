/**
 * Why a span that ended was not delivered, decided on the application's thread. Values of `error.type` in
 * `otel.sdk.processor.span.processed`; `queue_full` and `already_shutdown` are OpenTelemetry's own words.
 */
export const PROCESSOR_LOSS_REASONS = [
  'queue_full',
  'breaker_open',
  'trace_buffer_full',
  'oversize_span',
  'encode_error',
  'already_shutdown',
] as const;
export type ProcessorLossReason = (typeof PROCESSOR_LOSS_REASONS)[number];

/**
 * Why a span that was on its way was not delivered. Values of `error.type` in `otel.sdk.exporter.span.exported`: the HTTP
 * status or its class, the system's error code, or what gave up.
 */
export const EXPORTER_LOSS_REASONS = [
  'timeout',
  'retry_budget',
  'rejected',
  'bad_response',
  '3xx',
  '401',
  '403',
  '404',
  '413',
  '429',
  '4xx',
  '5xx',
  'ECONNREFUSED',
  'ECONNRESET',
  'dns',
  'tls',
  'network',
  'worker_crash',
  'shutdown_deadline',
] as const;
export type ExporterLossReason = (typeof EXPORTER_LOSS_REASONS)[number];

export type LossReason = ProcessorLossReason | ExporterLossReason;
