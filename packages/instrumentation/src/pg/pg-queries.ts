import { takeMergedQuery } from '../merged-query.ts';
import { replaceMethod } from '../patched-method.ts';
import type { Database } from '../sql/database.ts';
import { readDatabaseError } from '../sql/database-error.ts';
import type { QueryRecorder } from '../sql/query-recorder.ts';
import { POSTGRESQL } from '../sql/sql-dialect.ts';
import { PendingQuery } from './pending-query.ts';
import { lastQuery, type PgClient, type PgQuery } from './pg-client.ts';
import { endWithSubmittable } from './submittable.ts';

export const SYSTEM = 'postgresql';

/** On queries that pg makes itself, and on configurations that `pool.query` hands on to `client.query`. */
const PENDING = Symbol('vigil.pending');
const MERGED = Symbol('vigil.merged');

interface WatchedQuery extends PgQuery {
  [PENDING]?: PendingQuery | undefined;
}

interface QueryConfig {
  readonly text?: unknown;
  readonly submit?: unknown;
  [MERGED]?: boolean;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Says of the configuration of `pool.query` whether the span of its query exists already: the pool asks for a connection first. Never
 * throws.
 */
export function markMerged(config: unknown): void {
  // The application may have frozen it: then the driver's span stands beside the mapper's.
  if (typeof config !== 'object' || config === null || !Object.isExtensible(config)) return;
  const { text } = config as QueryConfig;
  if (takeMergedQuery(text)) (config as QueryConfig)[MERGED] = true;
  else if ((config as QueryConfig)[MERGED] === true) (config as QueryConfig)[MERGED] = false;
}

/**
 * Spans and metrics of `client.query`. What the caller gets, a promise, a callback's call or a query object, is pg's own: the end is seen
 * where the client tells its query of it.
 */
export class PgQueries {
  isEnabled = false;
  readonly #recorder: QueryRecorder;
  readonly #databases = new WeakMap<object, Database>();

  constructor(recorder: QueryRecorder) {
    this.#recorder = recorder;
  }

  /** @returns what was expected and is not there; undefined when the class is patched. */
  patch(client: unknown): string | undefined {
    const { prototype, Query } = client as { prototype?: object; Query?: { prototype?: object } };
    const hasEnds =
      replaceMethod<Method>(Query?.prototype, 'handleReadyForQuery', (original) => readyMethod(original)) &&
      replaceMethod<Method>(Query?.prototype, 'handleError', (original) => errorMethod(original));
    if (!hasEnds) return 'no Client.Query with handleReadyForQuery and handleError';
    if (!replaceMethod<Method>(prototype, 'query', (original) => this.#queryMethod(original)))
      return 'no Client with query';
    const hasConnections =
      replaceMethod<Method>(prototype, '_connect', (original) => this.#connectMethod(original)) &&
      replaceMethod<Method>(prototype, '_handleErrorEvent', (original) => this.#errorEventMethod(original));
    return hasConnections
      ? undefined
      : 'connection errors are not counted: no Client with _connect and _handleErrorEvent';
  }

  #queryMethod(original: Method): Method {
    const queries = this;
    return function query(this: unknown, config: unknown, values: unknown, callback: unknown) {
      const text = typeof config === 'string' ? config : (config as QueryConfig | null | undefined)?.text;
      if (!queries.isEnabled || config === null || config === undefined || isMerged(config, text)) {
        return original.call(this, config, values, callback);
      }
      return queries.#run(this as PgClient, original, config, text, values, callback);
    };
  }

  #run(
    client: PgClient,
    original: Method,
    config: unknown,
    text: unknown,
    values: unknown,
    callback: unknown,
  ): unknown {
    const isSubmittable = typeof (config as QueryConfig).submit === 'function';
    const sql = isSubmittable ? (text ?? (config as PgQuery).cursor?.text) : text;
    const statement = this.#recorder.statements.statement(this.#databaseOf(client), typeof sql === 'string' ? sql : '');
    const pending = new PendingQuery(this.#recorder, statement);
    const isRefused = client._queryable === false || client._ending === true;
    let result: unknown;
    try {
      result = original.call(client, config, values, callback);
    } catch (error) {
      pending.fail(error);
      throw error;
    }
    if (isSubmittable && (config as WatchedQuery).handleReadyForQuery !== undefined) {
      endWithSubmittable(config as PgQuery, pending);
      return result;
    }
    if (isRefused) {
      pending.fail(client._queryable === false ? NOT_QUERYABLE : CLOSED);
      return result;
    }
    const query = lastQuery(client) as WatchedQuery | null | undefined;
    if (query === null || query === undefined || query[PENDING] !== undefined || query.text !== text) pending.abandon();
    else query[PENDING] = pending;
    return result;
  }

  /** Calls its callback with an error when the connection could not be opened. */
  #connectMethod(original: Method): Method {
    const queries = this;
    return function _connect(this: unknown, callback: unknown) {
      if (!queries.isEnabled || typeof callback !== 'function') return original.call(this, callback);
      return original.call(this, function connected(this: unknown, ...args: unknown[]) {
        if (args[0]) queries.#connectionFailed(args[0]);
        return Reflect.apply(callback, this, args);
      });
    };
  }

  /** An error of the connection; while it is being opened, `_connect` hears of it. */
  #errorEventMethod(original: Method): Method {
    const queries = this;
    return function _handleErrorEvent(this: unknown, error: unknown) {
      if (queries.isEnabled && (this as PgClient)._connecting !== true) queries.#connectionFailed(error);
      return original.call(this, error);
    };
  }

  #connectionFailed(error: unknown): void {
    this.#recorder.connectionErrors.count(SYSTEM, error, readDatabaseError(error));
  }

  #databaseOf(client: PgClient): Database {
    const known = this.#databases.get(client);
    if (known !== undefined) return known;
    const { host, port, database: name } = client;
    const database = this.#recorder.statements.database(SYSTEM, POSTGRESQL, {
      namespace: typeof name === 'string' ? name : undefined,
      serverAddress: typeof host === 'string' ? host : undefined,
      serverPort: Number(port) > 0 ? Number(port) : undefined,
    });
    this.#databases.set(client, database);
    return database;
  }
}

const NOT_QUERYABLE = { message: 'Client has encountered a connection error and is not queryable' };
const CLOSED = { message: 'Client was closed and is not queryable' };

const isMerged = (config: unknown, text: unknown): boolean =>
  takeMergedQuery(text) || (typeof config === 'object' && (config as QueryConfig)[MERGED] === true);

function readyMethod(original: Method): Method {
  return function handleReadyForQuery(this: unknown, connection: unknown) {
    const query = this as WatchedQuery;
    // A row that could not be read ends in `handleError`, which pg calls next.
    if (query[PENDING] !== undefined && !query._canceledDueToError) {
      query[PENDING].succeed(query._results);
      query[PENDING] = undefined;
    }
    return original.call(this, connection);
  };
}

function errorMethod(original: Method): Method {
  return function handleError(this: unknown, error: unknown, connection: unknown) {
    const query = this as WatchedQuery;
    if (query[PENDING] !== undefined) {
      query[PENDING].fail(query._canceledDueToError || error);
      query[PENDING] = undefined;
    }
    return original.call(this, error, connection);
  };
}
