import { Database, type DatabaseAddress } from './database.ts';
import type { DatabaseMetrics } from './database-metrics.ts';
import { readStatement, type StatementReading } from './read-statement.ts';
import { sanitiseSql } from './sanitise-sql.ts';
import type { SqlDialect } from './sql-dialect.ts';
import { Statement } from './statement.ts';

/** Reads what a mapper knows of a statement, where it knows it. Does not throw. */
export type ReadHint = (hint: unknown) => Partial<StatementReading> | undefined;

/** Databases beyond these share one of their system that has neither name nor address. */
const DATABASES_MAXIMUM = 16;
/** Of all databases together; up to twice as many are known. About 3 KiB each. */
const GENERATION_LENGTH = 1000;
/** A longer text is known by its beginning, so that no value lists are kept in memory. */
const KEY_LENGTH_MAXIMUM = 4096;
const TEXT_LENGTH_MAXIMUM = 2048;

/**
 * The statements that were run, by database and text: one look-up in a map for each query. Bounded by generations: when the recent one
 * is full it becomes the older one, and what nobody asked for meanwhile is forgotten with the one before. A statement that is in use
 * is never forgotten, and nothing is counted or moved when it is found.
 */
export class StatementTable {
  readonly #metrics: DatabaseMetrics | undefined;
  readonly #readHint: ReadHint | undefined;
  readonly #databases = new Map<string, Database>();
  readonly #unknown = new Map<string, Database>();
  #recentCount = 0;

  constructor(metrics: DatabaseMetrics | undefined, readHint?: ReadHint) {
    this.#metrics = metrics;
    this.#readHint = readHint;
  }

  /** The same object for the same database. */
  database(system: string, dialect: SqlDialect, address: DatabaseAddress): Database {
    const { namespace, serverAddress, serverPort } = address;
    const key = JSON.stringify([system, namespace, serverAddress, serverPort]);
    const known = this.#databases.get(key);
    if (known !== undefined) return known;
    if (this.#databases.size >= DATABASES_MAXIMUM) return this.#unknownOf(system, dialect);
    const database = new Database(system, dialect, address);
    this.#databases.set(key, database);
    return database;
  }

  #unknownOf(system: string, dialect: SqlDialect): Database {
    let database = this.#unknown.get(system);
    if (database === undefined) {
      database = new Database(system, dialect, {});
      this.#unknown.set(system, database);
    }
    return database;
  }

  /**
   * @param sql as it goes to the database; empty for what has no text.
   * @param hint what else is known of it: read once.
   */
  statement(database: Database, sql: string, hint?: unknown): Statement {
    const known = database.recent.get(sql);
    if (known !== undefined) return known;
    return this.#lessRecent(database, sql, hint);
  }

  #lessRecent(database: Database, sql: string, hint: unknown): Statement {
    // A slice would keep the whole text in memory; what a buffer gives back is a text of its own.
    const key = sql.length > KEY_LENGTH_MAXIMUM ? Buffer.from(sql.slice(0, KEY_LENGTH_MAXIMUM)).toString() : sql;
    const known = database.recent.get(key);
    if (known !== undefined) return known;
    const { dialect } = database;
    const statement =
      database.older.get(key) ??
      new Statement(
        database,
        { ...readStatement(sql, dialect), ...this.#readHint?.(hint) },
        sql === '' ? undefined : sanitiseSql(sql, dialect, TEXT_LENGTH_MAXIMUM),
        this.#metrics,
      );
    if (this.#recentCount >= GENERATION_LENGTH) this.#age();
    database.recent.set(key, statement);
    this.#recentCount += 1;
    return statement;
  }

  #age(): void {
    for (const databases of [this.#databases, this.#unknown]) {
      for (const database of databases.values()) {
        database.older = database.recent;
        database.recent = new Map();
      }
    }
    this.#recentCount = 0;
  }
}
