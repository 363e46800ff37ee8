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
  /** Upper bounds of a histogram's buckets in its unit, as the instrument declares them; the last bucket (+Inf) is left out. */
  readonly boundaries?: readonly number[];
  /** One sentence for docs and dashboards. */
  readonly description: string;
  /** Who emits it, the instrumentation scope of its points: of one instrumentation, or of the package where several do. */
  readonly source: string;
  /** Declared ahead of the code that emits it, or emitted by an option only: listed by the contract test, not required by it. */
  readonly planned?: true;
}

// The tables and the order of the steps are those of github.com/prometheus/otlptranslator v1.0.0, which Prometheus 3.15
// applies to what arrives at its OTLP endpoint.
const UNITS: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  TiBy: 'tibibytes',
  KBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  TBy: 'terabytes',
  m: 'meters',
  V: 'volts',
  A: 'amperes',
  J: 'joules',
  W: 'watts',
  g: 'grams',
  Cel: 'celsius',
  Hz: 'hertz',
  '1': '',
  '%': 'percent',
};

const PER_UNITS: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  mo: 'month',
  y: 'year',
};

const lookUp = (table: Readonly<Record<string, string>>, unit: string): string =>
  Object.hasOwn(table, unit) ? (table[unit] ?? '') : unit;

/** Turns an OpenTelemetry attribute key into the label that Prometheus' OTLP endpoint makes of it. Never throws. */
export function promLabel(attribute: string): string {
  // By code point, as Go does it: a character outside the basic plane is one underscore, not two.
  const label = attribute.replace(/[^a-zA-Z0-9]/gu, '_');
  if (/^\d/.test(label)) return `key_${label}`;
  return /^_(?!_)/.test(label) ? `key${label}` : label;
}

const asWord = (unit: string): string => unit.replace(/[^a-zA-Z0-9:]+/gu, '_').replace(/^_/, '');

/** `{annotation}` units say nothing to Prometheus; `By/s` becomes `bytes` and `per_second`. */
function unitWords(unit: string): readonly string[] {
  const slash = unit.indexOf('/');
  const said = (part: string) => (/[{}]/.test(part) ? '' : part.trim());
  const main = asWord(lookUp(UNITS, said(slash === -1 ? unit : unit.slice(0, slash))));
  const per = asWord(lookUp(PER_UNITS, said(slash === -1 ? '' : unit.slice(slash + 1)))).replace(/_$/, '');
  return per === '' ? [main] : [main.replace(/_$/, ''), `per_${per}`];
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
  let words = metric.name.split(/[^a-zA-Z0-9:]+/u).filter((word) => word !== '');
  for (const word of unitWords(metric.unit)) if (word !== '' && !words.includes(word)) words.push(word);
  const moveLast = (suffix: string) => {
    words = [...words.filter((word) => word !== suffix), suffix];
  };
  if (metric.kind === 'counter') moveLast('total');
  if (metric.kind === 'gauge' && metric.unit === '1') moveLast('ratio');
  const name = words.join('_');
  return /^\d/.test(name) ? `_${name}` : name;
}

/**
 * Lists the names under which Prometheus stores a metric: one, or a histogram's `_bucket`, `_sum` and `_count`.
 * Never throws.
 */
export function promSeries(metric: Metric): readonly string[] {
  const name = promName(metric);
  return metric.kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}
