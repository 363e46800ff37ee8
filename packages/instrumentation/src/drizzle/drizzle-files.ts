import { MYSQL, POSTGRESQL, SQLITE, type SqlDialect } from '../sql/sql-dialect.ts';

/**
 * Drizzle brought `queryWithCache`, through which all queries go, with 0.44. Release candidates of 1.0 call the driver beside it where
 * there is no cache.
 */
export const DRIZZLE_VERSIONS = '>=0.44.0 <0.46.0 || >=1.0.0 <2.0.0';

/** A class whose instances run one query. */
export interface QueryClass {
  /** Path without its ending: there is a copy for each module system. */
  readonly file: string;
  readonly className: string;
  readonly system: string;
  readonly dialect: SqlDialect;
  /** Methods that run the query themselves, unless they say (`fastPath`) that they go through `queryWithCache`. */
  readonly runs: readonly string[];
  /** Of the versions before 1.0 only. */
  readonly isOld?: true;
}

const POSTGRES = { system: 'postgresql', dialect: POSTGRESQL };
const MY_SQL = { system: 'mysql', dialect: MYSQL };
const SQ_LITE = { system: 'sqlite', dialect: SQLITE };
const SYNCHRONOUS = ['run', 'all', 'get', 'values'];

export const QUERY_CLASSES: readonly QueryClass[] = [
  { file: 'pg-core/session', className: 'PgPreparedQuery', ...POSTGRES, runs: [], isOld: true },
  { file: 'mysql-core/session', className: 'MySqlPreparedQuery', ...MY_SQL, runs: [], isOld: true },
  { file: 'sqlite-core/session', className: 'SQLitePreparedQuery', ...SQ_LITE, runs: [], isOld: true },
  {
    file: 'gel-core/session',
    className: 'GelPreparedQuery',
    system: 'gel',
    dialect: POSTGRESQL,
    runs: [],
    isOld: true,
  },
  { file: 'better-sqlite3/session', className: 'PreparedQuery', ...SQ_LITE, runs: SYNCHRONOUS, isOld: true },
  { file: 'sql-js/session', className: 'PreparedQuery', ...SQ_LITE, runs: SYNCHRONOUS, isOld: true },
  {
    file: 'singlestore-core/session',
    className: 'SingleStorePreparedQuery',
    system: 'singlestore',
    dialect: MYSQL,
    runs: ['execute'],
  },
  { file: 'pg-core/async/session', className: 'PgAsyncPreparedQuery', ...POSTGRES, runs: ['execute'] },
  { file: 'mysql-core/async/session', className: 'MySqlAsyncPreparedQuery', ...MY_SQL, runs: ['execute'] },
  { file: 'sqlite-core/async/session', className: 'SQLiteAsyncPreparedQuery', ...SQ_LITE, runs: SYNCHRONOUS },
  {
    file: 'cockroach-core/session',
    className: 'CockroachPreparedQuery',
    system: 'cockroachdb',
    dialect: POSTGRESQL,
    runs: ['execute'],
  },
];

/** A class of which each database object is, and, below it, each transaction. */
export interface DatabaseClass {
  readonly file: string;
  readonly className: string;
  readonly system: string;
}

export const DATABASE_CLASSES: readonly DatabaseClass[] = [
  { file: 'pg-core/db', className: 'PgDatabase', system: 'postgresql' },
  { file: 'pg-core/async/db', className: 'PgAsyncDatabase', system: 'postgresql' },
  { file: 'mysql-core/db', className: 'MySqlDatabase', system: 'mysql' },
  { file: 'mysql-core/async/db', className: 'MySqlAsyncDatabase', system: 'mysql' },
  { file: 'sqlite-core/db', className: 'BaseSQLiteDatabase', system: 'sqlite' },
  { file: 'sqlite-core/async/db', className: 'SQLiteAsyncDatabase', system: 'sqlite' },
  { file: 'singlestore-core/db', className: 'SingleStoreDatabase', system: 'singlestore' },
  { file: 'cockroach-core/db', className: 'CockroachDatabase', system: 'cockroachdb' },
];

/** A class of one driver's sessions. */
export interface SessionClass {
  readonly file: string;
  readonly className: string;
  readonly system: string;
  readonly dialect: SqlDialect;
  /** `prepareQuery` asks the database to parse the statement, and may fail. */
  readonly prepares?: true;
  /** `batch` sends many statements as one request, beside all other paths. */
  readonly batches?: true;
  /** Since 1.0 a query does not know its client: `prepareQuery` is asked whose it is. */
  readonly introduces?: true;
}

export const SESSION_CLASSES: readonly SessionClass[] = [
  { file: 'better-sqlite3/session', className: 'BetterSQLiteSession', ...SQ_LITE, prepares: true },
  { file: 'libsql/session', className: 'LibSQLSession', ...SQ_LITE, batches: true },
  { file: 'd1/session', className: 'SQLiteD1Session', ...SQ_LITE, batches: true },
  { file: 'sqlite-proxy/session', className: 'SQLiteRemoteSession', ...SQ_LITE, batches: true },
  { file: 'neon-http/session', className: 'NeonHttpSession', ...POSTGRES, batches: true },
  { file: 'node-postgres/session', className: 'NodePgSession', ...POSTGRES, introduces: true },
  { file: 'postgres-js/session', className: 'PostgresJsSession', ...POSTGRES, introduces: true },
  { file: 'mysql2/session', className: 'MySql2Session', ...MY_SQL, introduces: true },
];
