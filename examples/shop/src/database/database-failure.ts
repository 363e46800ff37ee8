import { DrizzleQueryError } from 'drizzle-orm';

/** A failed query without its parameters: drizzle puts them in the message, and from there they would reach logs and spans. */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure';
  /** PostgreSQL's five-character SQLSTATE, or `pool_timeout` / `connection` when no query was run. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** Turns what drizzle and pg throw into a DatabaseFailure; everything else is returned as it is. Never throws. */
export function toDatabaseFailure(error: unknown): unknown {
  if (error instanceof DrizzleQueryError) return failureFrom(error.cause, `query failed: ${summary(error.query)}`);
  if (error instanceof Error && isPoolTimeout(error)) return failureFrom(error, 'query not started');
  return error;
}

// Connection exceptions, shutdown and start-up, too many connections.
const UNAVAILABLE = /^(pool_timeout|connection|08\w{3}|57P0\d|53300)$/;

/** True when the query was right but the database could not take it now; worth another try. */
export function isDatabaseUnavailable(error: unknown): boolean {
  return error instanceof DatabaseFailure && UNAVAILABLE.test(error.code);
}

export function isUniqueViolation(error: unknown): boolean {
  const failure = toDatabaseFailure(error);
  return failure instanceof DatabaseFailure && failure.code === '23505';
}

function failureFrom(cause: unknown, message: string): DatabaseFailure {
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (SQLSTATE.test(code)) return new DatabaseFailure(code, `${message} (${code})`);
  if (cause instanceof Error && isPoolTimeout(cause))
    return new DatabaseFailure('pool_timeout', `${message} (no connection became free)`);
  return new DatabaseFailure('connection', `${message} (${code || 'connection lost'})`);
}

// pg-pool gives this error no code, only these words.
function isPoolTimeout(error: Error): boolean {
  return error.message === 'timeout exceeded when trying to connect';
}

// Verb and first table are enough to find the query; the text may be long.
function summary(query: string): string {
  const verb = /^\s*(\w+)/.exec(query)?.[1] ?? 'query';
  const table = /\b(?:from|into|update)\s+"(\w+)"/i.exec(query)?.[1];
  return table === undefined ? verb : `${verb} ${table}`;
}
