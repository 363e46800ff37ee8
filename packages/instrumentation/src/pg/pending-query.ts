import type { LightSpan } from '@vigil/tracer';
import { NO_ROWS, type QueryRecorder } from '../sql/query-recorder.ts';
import type { Statement } from '../sql/statement.ts';

/** A query between its call and its answer. */
export class PendingQuery {
  readonly #recorder: QueryRecorder;
  readonly #statement: Statement;
  readonly #span: LightSpan | undefined;
  readonly #startMillis: number;
  #isOpen = true;

  constructor(recorder: QueryRecorder, statement: Statement) {
    this.#recorder = recorder;
    this.#statement = statement;
    this.#span = recorder.open(statement);
    this.#startMillis = recorder.startMillis(this.#span);
  }

  /** @param results of pg's query: one, or one for each of several statements. */
  succeed(results: unknown): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#recorder.succeed(this.#statement, this.#span, this.#startMillis, rowCount(results));
  }

  /** Its end cannot be seen: what is measured of it would be wrong. */
  abandon(): void {
    this.#isOpen = false;
    this.#span?.end();
  }

  fail(error: unknown): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#recorder.fail(this.#statement, this.#span, this.#startMillis, error);
  }
}

function rowCount(results: unknown): number {
  if (Array.isArray(results)) {
    let count = 0;
    for (const result of results) count += Math.max(0, rowCount(result));
    return count;
  }
  const rows = (results as { readonly rows?: unknown } | undefined)?.rows;
  return Array.isArray(rows) ? rows.length : NO_ROWS;
}
