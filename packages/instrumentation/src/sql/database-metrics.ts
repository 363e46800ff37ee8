import {
  DB_CLIENT_OPERATION_DURATION,
  DB_CLIENT_RESPONSE_RETURNED_ROWS,
  VIGIL_DB_CLIENT_SLOW_QUERIES,
} from '@vigil/conventions';
import type { HistogramSeries, MetricRegistry, SeriesOf, SumSeries } from '@vigil/metrics';
import type { Database } from './database.ts';

/** Series of what queries measure; labels stand in the order of the dictionary. */
export class DatabaseMetrics {
  readonly #durations: SeriesOf<HistogramSeries>;
  readonly #rows: SeriesOf<HistogramSeries>;
  readonly #slow: SeriesOf<SumSeries>;

  constructor(registry: MetricRegistry) {
    this.#durations = registry.histogram(DB_CLIENT_OPERATION_DURATION);
    this.#rows = registry.histogram(DB_CLIENT_RESPONSE_RETURNED_ROWS);
    this.#slow = registry.counter(VIGIL_DB_CLIENT_SLOW_QUERIES);
  }

  duration(database: Database, operation: string | undefined, errorType: string | undefined): HistogramSeries {
    const { namespace, system, serverAddress, serverPort } = database;
    return this.#durations.series(namespace, operation, system, errorType, serverAddress, serverPort);
  }

  rows(
    { namespace, system }: Database,
    operation: string | undefined,
    collection: string | undefined,
  ): HistogramSeries {
    return this.#rows.series(collection, namespace, operation, system);
  }

  slow({ namespace, system }: Database, operation: string | undefined, collection: string | undefined): SumSeries {
    return this.#slow.series(collection, namespace, operation, system);
  }
}
