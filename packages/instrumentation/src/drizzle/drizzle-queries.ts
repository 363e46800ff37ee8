import type { LightSpan } from '@vigil/tracer';
import { endMergedQuery, mergeQuery } from '../merged-query.ts';
import { replaceMethod } from '../patched-method.ts';
import type { Database } from '../sql/database.ts';
import type { QueryRecorder } from '../sql/query-recorder.ts';
import type { Statement } from '../sql/statement.ts';
import { clientAddress } from './client-address.ts';
import type { QueryClass } from './drizzle-files.ts';
import { returnedRows } from './returned-rows.ts';

const ENTITY_KIND = Symbol.for('drizzle:entityKind');

/** The driver's client, on queries that do not have it. */
const CLIENT = Symbol('vigil.client');

/** An instance of one of `QUERY_CLASSES`. */
interface PreparedQuery {
  readonly query?: { readonly sql?: unknown };
  readonly queryMetadata?: unknown;
  readonly client?: object;
  readonly cache?: { readonly constructor?: { readonly [ENTITY_KIND]?: unknown } };
  /** 1.0: no cache, and the driver is called without `queryWithCache`. */
  readonly fastPath?: boolean;
  readonly resultKind?: 'sync' | 'async';
  [CLIENT]?: object | undefined;
}

/** Says whose a query is. A plain property: one that cannot be listed, or an entry in a WeakMap, costs half a microsecond. */
export function setClient(query: unknown, client: object | undefined): void {
  if (typeof query !== 'object' || query === null) return;
  (query as PreparedQuery)[CLIENT] = client;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Spans and metrics of Drizzle's queries, at the methods through which they go. */
export class DrizzleQueries {
  isEnabled = false;
  readonly #recorder: QueryRecorder;
  /** By the driver's client. */
  readonly #databases = new WeakMap<object, Database>();
  /** Of a system, when the client says nothing. */
  readonly #unnamed = new Map<string, Database>();
  /** Is being run: what its methods call of each other is the same query. */
  #running: unknown;

  constructor(recorder: QueryRecorder) {
    this.#recorder = recorder;
  }

  /** @returns what was expected of the class and is not there; undefined when it is patched. */
  patch(prototype: object | undefined, known: QueryClass): string | undefined {
    const isCached = replaceMethod<Method>(prototype, 'queryWithCache', (original) =>
      this.#cachedMethod(original, known),
    );
    const runs = known.runs.filter((name) =>
      replaceMethod<Method>(prototype, name, (original) => this.#runMethod(original, known)),
    );
    return isCached || runs.length > 0 ? undefined : `no ${known.className} with queryWithCache`;
  }

  /** `queryWithCache(sql, params, query)`; of SQLite in 1.0 `queryWithCache(sql, params, method, query)`. */
  #cachedMethod(original: Method, known: QueryClass): Method {
    const queries = this;
    return function queryWithCache(this: unknown, sql: unknown, params: unknown, third: unknown, fourth: unknown) {
      if (!queries.isEnabled || typeof sql !== 'string') return original.call(this, sql, params, third, fourth);
      const self = this as PreparedQuery;
      if (!hasCache(self)) return queries.#observe(self, known, sql, original, sql, params, third, fourth);
      // An answer of the cache is no query: only what goes on to the database is one.
      const run = (query: Method) => () =>
        queries.#observe(self, known, sql, query, undefined, undefined, undefined, undefined);
      return typeof third === 'function'
        ? original.call(this, sql, params, run(third as Method))
        : original.call(this, sql, params, third, typeof fourth === 'function' ? run(fourth as Method) : fourth);
    };
  }

  #runMethod(original: Method, known: QueryClass): Method {
    const queries = this;
    return function run(this: unknown, placeholderValues: unknown) {
      const self = this as PreparedQuery;
      const sql = self.query?.sql;
      const isOurs = self.fastPath !== false || self.resultKind === 'sync';
      if (!queries.isEnabled || !isOurs || typeof sql !== 'string' || queries.#running === this) {
        return original.call(this, placeholderValues);
      }
      const outer = queries.#running;
      queries.#running = this;
      try {
        return queries.#observe(self, known, sql, original, placeholderValues, undefined, undefined, undefined);
      } finally {
        queries.#running = outer;
      }
    };
  }

  /** Calls with up to four arguments, as the original takes: a list of them would be an allocation for each query. */
  #observe(
    self: PreparedQuery,
    known: QueryClass,
    sql: string,
    call: Method,
    first: unknown,
    second: unknown,
    third: unknown,
    fourth: unknown,
  ): unknown {
    const recorder = this.#recorder;
    const statement = recorder.statements.statement(
      this.#databaseOf(self.client ?? self[CLIENT], known),
      sql,
      self.queryMetadata,
    );
    const span = recorder.open(statement);
    const startMillis = recorder.startMillis(span);
    let result: unknown;
    mergeQuery(sql);
    try {
      result = call.call(self, first, second, third, fourth);
    } catch (error) {
      endMergedQuery();
      recorder.fail(statement, span, startMillis, error);
      throw error;
    }
    endMergedQuery();
    const isMySql = known.system === 'mysql';
    if (isThenable(result)) return observed(recorder, statement, span, startMillis, result, isMySql);
    recorder.succeed(statement, span, startMillis, returnedRows(result, isMySql));
    return result;
  }

  /** A statement that could not even be prepared. */
  failed(client: object | undefined, known: Pick<QueryClass, 'system' | 'dialect'>, sql: string, error: unknown): void {
    const recorder = this.#recorder;
    const statement = recorder.statements.statement(this.#databaseOf(client, known), sql);
    const span = recorder.open(statement);
    recorder.fail(statement, span, recorder.startMillis(span), error);
  }

  #databaseOf(client: object | undefined, { system, dialect }: Pick<QueryClass, 'system' | 'dialect'>): Database {
    if (client !== undefined && client !== null) {
      const known = this.#databases.get(client);
      if (known !== undefined) return known;
      const address = clientAddress(client);
      if (address !== undefined) {
        const database = this.#recorder.statements.database(system, dialect, address);
        this.#databases.set(client, database);
        return database;
      }
    }
    let unnamed = this.#unnamed.get(system);
    if (unnamed === undefined) {
      unnamed = this.#recorder.statements.database(system, dialect, {});
      this.#unnamed.set(system, unnamed);
    }
    return unnamed;
  }

  /** The database of a session, for what is no single query. */
  databaseOf(client: object | undefined, known: Pick<QueryClass, 'system' | 'dialect'>): Database {
    return this.#databaseOf(client, known);
  }
}

function hasCache({ cache }: PreparedQuery): boolean {
  return cache !== undefined && cache.constructor?.[ENTITY_KIND] !== 'NoopCache';
}

const isThenable = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';

/**
 * The promise that the caller gets in the place of the query's: it settles alike, with the same value or error, and nobody else handles
 * either, so a rejection that the application does not handle is reported as without us. By `then` and not by `await`, because a
 * function that awaits is a line more in the stack of every error.
 */
export function observed(
  recorder: QueryRecorder,
  statement: Statement,
  span: LightSpan | undefined,
  startMillis: number,
  promise: Promise<unknown>,
  isMySql: boolean,
): Promise<unknown> {
  return promise.then(
    (value) => {
      recorder.succeed(statement, span, startMillis, returnedRows(value, isMySql));
      return value;
    },
    (error: unknown) => {
      recorder.fail(statement, span, startMillis, error);
      throw error;
    },
  );
}
