import { DB_OPERATION_BATCH_SIZE } from '@vigil/conventions';
import { replaceMethod } from '../patched-method.ts';
import type { QueryRecorder } from '../sql/query-recorder.ts';
import { NO_ROWS } from '../sql/query-recorder.ts';
import type { SessionClass } from './drizzle-files.ts';
import { type DrizzleQueries, setClient } from './drizzle-queries.ts';
import { BATCH } from './query-metadata.ts';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** What sessions of some drivers do beside the paths of single queries. */
export class DrizzleSessions {
  readonly #queries: DrizzleQueries;
  readonly #recorder: QueryRecorder;

  constructor(queries: DrizzleQueries, recorder: QueryRecorder) {
    this.#queries = queries;
    this.#recorder = recorder;
  }

  /** @returns what was expected of the class and is not there; undefined when it is patched. */
  patch(prototype: object | undefined, known: SessionClass): string | undefined {
    const name = known.batches ? 'batch' : 'prepareQuery';
    const isPatched = replaceMethod<Method>(prototype, name, (original) => this.#method(original, known));
    return isPatched ? undefined : `no ${known.className} with ${name}`;
  }

  #method(original: Method, known: SessionClass): Method {
    if (known.batches) return this.#batchMethod(original, known);
    return known.introduces ? this.#introducingMethod(original) : this.#prepareMethod(original, known);
  }

  #introducingMethod(original: Method): Method {
    const queries = this.#queries;
    return function prepareQuery(this: unknown, ...args: unknown[]) {
      const query = Reflect.apply(original, this, args);
      if (queries.isEnabled) setClient(query, (this as { readonly client?: object }).client);
      return query;
    };
  }

  #prepareMethod(original: Method, known: SessionClass): Method {
    const queries = this.#queries;
    return function prepareQuery(this: unknown, ...args: unknown[]) {
      try {
        return Reflect.apply(original, this, args);
      } catch (error) {
        const sql = (args[0] as { readonly sql?: unknown } | undefined)?.sql;
        if (queries.isEnabled && typeof sql === 'string') queries.failed(undefined, known, sql, error);
        throw error;
      }
    };
  }

  /** One request, one span. */
  #batchMethod(original: Method, known: SessionClass): Method {
    const queries = this.#queries;
    const recorder = this.#recorder;
    return function batch(this: unknown, ...args: unknown[]) {
      if (!queries.isEnabled) return Reflect.apply(original, this, args);
      const { client } = this as { readonly client?: object };
      const statement = recorder.statements.statement(queries.databaseOf(client, known), '', BATCH);
      const span = recorder.open(statement);
      const startMillis = recorder.startMillis(span);
      if (Array.isArray(args[0])) span?.setAttribute(DB_OPERATION_BATCH_SIZE, args[0].length);
      let result: unknown;
      try {
        result = Reflect.apply(original, this, args);
      } catch (error) {
        recorder.fail(statement, span, startMillis, error);
        throw error;
      }
      return (result as Promise<unknown>).then(
        (value) => {
          recorder.succeed(statement, span, startMillis, NO_ROWS);
          return value;
        },
        (error: unknown) => {
          recorder.fail(statement, span, startMillis, error);
          throw error;
        },
      );
    };
  }
}
