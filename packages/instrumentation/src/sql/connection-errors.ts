import { VIGIL_DB_CLIENT_CONNECTION_ERRORS } from '@vigil/conventions';
import type { MetricRegistry, SeriesOf, SumSeries } from '@vigil/metrics';
import type { DatabaseErrorReading } from './database-error.ts';

/** One failure is seen by the driver that lost the connection and by each query that waited for it: one error object, counted once. */
const counted = new WeakSet<object>();
const CAUSES_MAXIMUM = 4;

/** Counts connections that could not be opened or were lost. */
export class ConnectionErrors {
  readonly #series: SeriesOf<SumSeries> | undefined;

  constructor(registry: MetricRegistry | undefined) {
    this.#series = registry?.counter(VIGIL_DB_CLIENT_CONNECTION_ERRORS);
  }

  count(system: string, error: unknown, { type }: DatabaseErrorReading): void {
    if (this.#series === undefined || wasCounted(error)) return;
    this.#series.series(system, type).add(1);
  }
}

/** Also when the error, or what it wraps, was counted before; from now on they all were. */
function wasCounted(error: unknown): boolean {
  let isKnown = false;
  let current = error;
  for (let depth = 0; depth < CAUSES_MAXIMUM && typeof current === 'object' && current !== null; depth += 1) {
    isKnown ||= counted.has(current);
    counted.add(current);
    current = (current as { readonly cause?: unknown }).cause;
  }
  return isKnown;
}
