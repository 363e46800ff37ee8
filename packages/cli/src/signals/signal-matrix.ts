/** What one signal source must leave in the stores: an expectation a store, as the query that proves it. */
export interface SignalRow {
  /** Who emits it. */
  readonly source: string;
  /** A trace of `service` must have one span with all of these attributes. */
  readonly trace?: { readonly service: string; readonly attributes: Readonly<Record<string, string>> };
  /** Must return at least one series. */
  readonly promql?: string;
  /** Must return at least one line. */
  readonly logql?: string;
  /** A selector whose series must have at least one exemplar. */
  readonly exemplars?: string;
}

/**
 * The signal matrix of the example applications: the demo prints it, the end-to-end tests assert it.
 * A new instrumentation adds a row.
 */
export const SIGNAL_MATRIX: readonly SignalRow[] = [
  {
    source: 'HTTP server, express 5',
    trace: { service: 'shop', attributes: { 'http.route': '/orders', 'http.request.method': 'POST' } },
    promql: 'http_server_request_duration_seconds_count{job="shop",http_route="/orders"}',
  },
  {
    source: 'HTTP server, fastify 5',
    trace: { service: 'payments', attributes: { 'http.route': '/charges' } },
    promql: 'http_server_request_duration_seconds_count{job="payments",http_route="/charges"}',
  },
  {
    source: 'HTTP client, fetch',
    trace: { service: 'shop', attributes: { 'span.kind': 'client', 'http.request.method': 'POST' } },
    promql: 'http_client_request_duration_seconds_count{job="shop"}',
  },
  { source: 'HTTP requests in progress', promql: 'http_server_active_requests{job="shop"}' },
  {
    source: 'exemplars on histograms',
    exemplars: 'http_server_request_duration_seconds_bucket{job="shop"}',
  },
  {
    source: 'Drizzle: one span a query, named by operation and table',
    trace: { service: 'shop', attributes: { 'db.collection.name': 'orders', 'db.operation.name': 'INSERT' } },
  },
  {
    source: 'PostgreSQL, pg',
    trace: { service: 'shop', attributes: { 'db.system.name': 'postgresql' } },
    promql: 'db_client_operation_duration_seconds_count{job="shop",db_system_name="postgresql"}',
  },
  { source: 'PostgreSQL, connection pool', promql: 'db_client_connection_count{job="shop"}' },
  {
    source: 'Redis, ioredis',
    trace: { service: 'shop', attributes: { 'db.system.name': 'redis' } },
    promql: 'db_client_operation_duration_seconds_count{job="shop",db_system_name="redis"}',
  },
  { source: 'event loop', promql: 'nodejs_eventloop_delay_p99_seconds{job="shop"}' },
  { source: 'V8 heap', promql: 'v8js_memory_heap_used_bytes{job="shop"}' },
  { source: 'process CPU', promql: 'process_cpu_time_seconds_total{job="shop"}' },
  { source: 'process memory', promql: 'process_memory_usage_bytes{job="shop"}' },
  { source: 'garbage collection', promql: 'v8js_gc_duration_seconds_count{job="shop"}' },
  { source: 'resource', promql: 'target_info{job="shop",telemetry_distro_name="vigil"}' },
  { source: 'logs, pino', logql: '{service_name="shop"} | trace_id != ""' },
  { source: 'logs across services', logql: '{service_name="payments"} | trace_id != ""' },
  { source: 'spans, by what became of them', promql: 'vigil_span_outcomes_total{job="shop",vigil_outcome="accepted"}' },
  { source: 'exporter, as OpenTelemetry counts', promql: 'otel_sdk_exporter_span_exported_total{job="shop"}' },
  { source: 'collector, own telemetry', promql: 'otelcol_receiver_accepted_spans_total' },
  { source: 'SLO recording rules', promql: 'service:http_server_requests:rate5m{service_name="shop"}' },
];

/**
 * What no instrumentation gives yet and ours will, as rows to come: the end-to-end tests assert that they are
 * still missing, so that a row moves up as soon as it is there.
 */
export const PENDING_SIGNALS: readonly SignalRow[] = [
  {
    source: 'Socket.IO: connections, events, ack latency (upstream breaks socket.off(), so it is left out)',
    promql: '{__name__=~".*socket_?io.*",job="shop"}',
  },
];
