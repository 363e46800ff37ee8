import type { Attributes } from '@opentelemetry/api';

/** Series of one metric, the one for what is over the bound included: OpenTelemetry's default. */
export const SERIES_MAXIMUM = 2_000;

const OVERFLOW: Attributes = { 'otel.metric.overflow': true };

/** Attributes → accumulation. The hash is that of the attributes; without it the map computes it. */
interface Series {
  readonly size: number;
  has(attributes: Attributes, hash?: string): boolean;
  get(attributes: Attributes, hash?: string): unknown;
  set(attributes: Attributes, accumulation: unknown, hash?: string): void;
  entries(): Iterable<[attributes: Attributes, accumulation: unknown, hash: string]>;
}

interface Aggregator {
  merge(previous: unknown, delta: unknown): unknown;
}

/** The class that adds what one collection brought to what was there. */
interface TemporalClass {
  merge(last: Series, current: Series, aggregator: Aggregator): Series;
}

interface Storage {
  readonly _temporalMetricStorage?: { readonly constructor: unknown };
  readonly _backingStorages?: readonly Storage[];
}

const bounded = new WeakSet<object>();

/**
 * Bounds the series of an instrument of the SDK over the life of the process, as the specification asks for: what was seen first
 * stays, the rest is added up in one series with `otel.metric.overflow`. OpenTelemetry's SDK 3.1 bounds those of one collection
 * only: with cumulative temporality each collection may bring 2,000 new ones, kept for ever. An instrument that is not made the
 * way this knows stays as it is; a test says when an update has changed it. Never throws.
 */
export function boundSeries(instrument: unknown): void {
  const storage = (instrument as { readonly _writableMetricStorage?: Storage } | undefined)?._writableMetricStorage;
  if (storage === undefined) return;
  for (const { _temporalMetricStorage } of [storage, ...(storage._backingStorages ?? [])]) {
    const temporal = _temporalMetricStorage?.constructor as (TemporalClass & object) | undefined;
    if (typeof temporal?.merge !== 'function' || bounded.has(temporal)) continue;
    bounded.add(temporal);
    temporal.merge = merge;
  }
}

function merge(last: Series, current: Series, aggregator: Aggregator): Series {
  for (const [attributes, accumulation, hash] of current.entries()) {
    if (last.has(attributes, hash)) {
      last.set(attributes, aggregator.merge(last.get(attributes, hash), accumulation), hash);
    } else if (last.size < SERIES_MAXIMUM - 1) {
      last.set(attributes, accumulation, hash);
    } else if (last.has(OVERFLOW)) {
      last.set(OVERFLOW, aggregator.merge(last.get(OVERFLOW), accumulation));
    } else {
      last.set(OVERFLOW, accumulation);
    }
  }
  return last;
}
