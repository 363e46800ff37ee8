import {
  DB_COLLECTION_NAME,
  DB_NAMESPACE,
  DB_OPERATION_NAME,
  DB_QUERY_SUMMARY,
  DB_QUERY_TEXT,
  DB_SYSTEM_NAME,
  SERVER_ADDRESS,
  SERVER_PORT,
} from '@vigil/conventions';
import type { HistogramSeries, SumSeries } from '@vigil/metrics';
import { ConstantAttributes } from '@vigil/otlp-exporter';
import type { Database } from './database.ts';
import { OTHER_ERROR } from './database-error.ts';
import type { DatabaseMetrics } from './database-metrics.ts';
import type { StatementReading } from './read-statement.ts';

const SUMMARY_LENGTH_MAXIMUM = 255;
/** Types of errors of one statement that have a series of their own; further ones are `_OTHER`. */
const ERROR_TYPES_MAXIMUM = 16;

/** Operations whose answer is rows, also when there are none. */
const READING = new Set(['SELECT', 'VALUES', 'TABLE', 'FETCH', 'SHOW', 'EXPLAIN', 'PRAGMA', 'DESCRIBE']);

/** Everything that all runs of one statement have in common: made once, so that a run costs a look-up. */
export class Statement {
  readonly database: Database;
  /** Of its spans: `SELECT orders`. */
  readonly name: string;
  readonly operation: string | undefined;
  readonly constants: ConstantAttributes;
  /** An answer without rows is one. */
  readonly returnsRows: boolean;
  /** Duration of runs that succeeded. */
  readonly duration: HistogramSeries | undefined;
  readonly rows: HistogramSeries | undefined;
  readonly slow: SumSeries | undefined;
  readonly #metrics: DatabaseMetrics | undefined;
  #failed: Map<string, HistogramSeries> | undefined;

  /** @param text sanitised. */
  constructor(
    database: Database,
    reading: StatementReading,
    text: string | undefined,
    metrics: DatabaseMetrics | undefined,
  ) {
    const { operation, collections } = reading;
    const collection = collections.length === 1 ? collections[0] : undefined;
    const summary = operation && [operation, ...collections].join(' ').slice(0, SUMMARY_LENGTH_MAXIMUM);
    this.database = database;
    this.name = summary ?? database.namespace ?? database.system;
    this.operation = operation;
    this.constants = new ConstantAttributes([
      ...[DB_SYSTEM_NAME, database.system, DB_NAMESPACE, database.namespace],
      ...[SERVER_ADDRESS, database.serverAddress, SERVER_PORT, database.serverPort],
      ...[DB_OPERATION_NAME, operation, DB_COLLECTION_NAME, collection],
      ...[DB_QUERY_SUMMARY, summary, DB_QUERY_TEXT, text],
    ]);
    this.returnsRows = operation !== undefined && READING.has(operation);
    this.#metrics = metrics;
    this.duration = metrics?.duration(database, operation, undefined);
    this.rows = metrics?.rows(database, operation, collection);
    this.slow = metrics?.slow(database, operation, collection);
  }

  /** Duration of runs that failed by this. */
  failed(errorType: string): HistogramSeries | undefined {
    if (this.#metrics === undefined) return undefined;
    this.#failed ??= new Map();
    const type = this.#failed.has(errorType) || this.#failed.size < ERROR_TYPES_MAXIMUM ? errorType : OTHER_ERROR;
    let series = this.#failed.get(type);
    if (series === undefined) {
      series = this.#metrics.duration(this.database, this.operation, type);
      this.#failed.set(type, series);
    }
    return series;
  }
}
