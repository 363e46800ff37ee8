import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { DB_RESPONSE_RETURNED_ROWS, DB_RESPONSE_STATUS_CODE, ERROR_TYPE } from '@vigil/conventions';
import { LightSpan, type LightTracer, type StorageContextManager } from '@vigil/tracer';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import { ConnectionErrors } from './connection-errors.ts';
import { readDatabaseError } from './database-error.ts';
import { DatabaseMetrics } from './database-metrics.ts';
import type { Statement } from './statement.ts';
import { type ReadHint, StatementTable } from './statement-table.ts';

/** Rows that are not known. */
export const NO_ROWS = -1;

const ERROR_STATUS = Object.freeze({ code: SpanStatusCode.ERROR });

export interface QueryRecorderOptions {
  /** A query that takes longer is counted as slow. Milliseconds. */
  readonly slowQueryMillis: number;
  readonly readHint?: ReadHint;
}

/** Span and metrics of queries: one `open`, then one `succeed` or `fail`. No method throws. */
export class QueryRecorder {
  readonly statements: StatementTable;
  readonly connectionErrors: ConnectionErrors;
  readonly nowMillis: () => number;
  readonly #tracer: LightTracer | undefined;
  readonly #contextManager: StorageContextManager;
  readonly #slowSeconds: number;

  constructor(host: InstrumentationHost, scope: string, options: QueryRecorderOptions) {
    this.statements = new StatementTable(host.metrics && new DatabaseMetrics(host.metrics), options.readHint);
    this.connectionErrors = new ConnectionErrors(host.metrics);
    this.nowMillis = host.nowMillis;
    this.#tracer = host.tracer(scope);
    this.#contextManager = host.contextManager;
    this.#slowSeconds = options.slowQueryMillis / 1000;
  }

  /** Starts the span; undefined when none is recorded: then `startMillis` is what time is measured from. */
  open(statement: Statement): LightSpan | undefined {
    if (this.#tracer === undefined) return undefined;
    const context = this.#contextManager.active();
    const span = this.#tracer.startOperation(statement.name, SpanKind.CLIENT, context, [], statement.constants);
    return span instanceof LightSpan ? span : undefined;
  }

  /** For queries without a span. */
  startMillis(span: LightSpan | undefined): number {
    return span === undefined ? this.nowMillis() : 0;
  }

  /** @param rows that came back, or `NO_ROWS`. */
  succeed(statement: Statement, span: LightSpan | undefined, startMillis: number, rows: number): void {
    if (rows > 0 || (rows === 0 && statement.returnsRows)) {
      span?.setAttribute(DB_RESPONSE_RETURNED_ROWS, rows);
      statement.rows?.record(rows, span);
    }
    const seconds = this.#end(span, startMillis);
    statement.duration?.record(seconds, span);
    if (seconds >= this.#slowSeconds) statement.slow?.add(1);
  }

  fail(statement: Statement, span: LightSpan | undefined, startMillis: number, error: unknown): void {
    const reading = readDatabaseError(error);
    if (span !== undefined) {
      span.setAttribute(ERROR_TYPE, reading.type);
      span.setAttribute(DB_RESPONSE_STATUS_CODE, reading.statusCode);
      span.setStatus(ERROR_STATUS);
    }
    const seconds = this.#end(span, startMillis);
    statement.failed(reading.type)?.record(seconds, span);
    if (seconds >= this.#slowSeconds) statement.slow?.add(1);
    if (reading.isConnectionError) this.connectionErrors.count(statement.database.system, error, reading);
  }

  /** Ends the span, and says how many seconds it was. */
  #end(span: LightSpan | undefined, startMillis: number): number {
    if (span === undefined) return (this.nowMillis() - startMillis) / 1000;
    span.end();
    return span.endSeconds - span.startSeconds + (span.endNanos - span.startNanos) / 1e9;
  }
}
