/** What an OpenTelemetry instrument measures and how Prometheus must be asked for it. */
export interface Metric {
  /** OpenTelemetry name, dots included: `http.server.request.duration`. */
  readonly name: string;
  /** UCUM unit as the instrument declares it: `s`, `By`, `1`, `{request}`. */
  readonly unit: string;
  /** Instrument kind. `gauge` stands for everything that can be read but not summed over time. */
  readonly kind: 'counter' | 'updowncounter' | 'gauge' | 'histogram';
  /** Attribute keys that become Prometheus labels. */
  readonly attributes: readonly string[];
  /** One sentence for docs and dashboards. */
  readonly description: string;
  /** Which instrumentation emits it: a row of the signal matrix. */
  readonly source: string;
  /** Declared ahead of the code that emits it: listed by the contract test, not required by it. */
  readonly planned?: true;
}

const UNIT_SUFFIXES: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', By: 'bytes' };

/** Turns an OpenTelemetry attribute key into the label that Prometheus' OTLP endpoint makes of it. Never throws. */
export function promLabel(attribute: string): string {
  return attribute.replace(/[^a-zA-Z0-9_]/g, '_');
}

/**
 * Names the Prometheus family of a metric, as Prometheus' `UnderscoreEscapingWithSuffixes` translation does: unit
 * suffix, `_ratio` for gauges of unit `1`, `_total` for counters. A histogram's series add `_bucket`, `_sum` or `_count`.
 * Never throws.
 *
 * @example
 * ```ts
 * import { HTTP_SERVER_REQUEST_DURATION, promName } from '@vigil/conventions';
 * promName(HTTP_SERVER_REQUEST_DURATION); // 'http_server_request_duration_seconds'
 * ```
 */
export function promName(metric: Metric): string {
  const words = [promLabel(metric.name)];
  const unit = UNIT_SUFFIXES[metric.unit];
  if (unit !== undefined) words.push(unit);
  if (metric.unit === '1' && metric.kind === 'gauge') words.push('ratio');
  if (metric.kind === 'counter') words.push('total');
  return words.join('_');
}
