import { sqlstateClass } from './sqlstate-class.ts';

/** What telemetry says of an error of a database. Messages are never part of it: they hold the query, its values, names of users. */
export interface DatabaseErrorReading {
  /** For `error.type`: class of SQLSTATE, code of Node.js or of the driver, class of the error. Few different words. */
  readonly type: string;
  /** For `db.response.status_code`: what the server answered; undefined when it did not answer. */
  readonly statusCode: string | undefined;
  /** The database was not reached, was lost, or would not let us in: such errors together say "database down". */
  readonly isConnectionError: boolean;
}

export const OTHER_ERROR = '_OTHER';

/** A wrapper (`DrizzleQueryError`) around the driver's error around the socket's. */
const CAUSES_MAXIMUM = 4;

/** Codes of Node.js, of SQLite, MySQL and postgres.js: constants in their sources. */
const CODE =
  /^(?:E[A-Z][A-Z0-9_]{2,40}|SQLITE_[A-Z_]{2,40}|ER_[A-Z0-9_]{2,60}|CONNECT(?:ION)?_[A-Z_]{2,40}|PROTOCOL_[A-Z_]{2,40}|NOT_[A-Z_]{2,40})$/;
const NAME = /^[A-Z][A-Za-z0-9]{1,40}$/;

/** What a lost or unreachable server looks like. Classes of SQLSTATE by their name; 57P01 to 57P03 are the server going down. */
const CONNECTION_CODE =
  /^(?:ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_AGAIN|EADDRNOTAVAIL|ER_CON_COUNT_ERROR|ER_ACCESS_DENIED_ERROR|CONNECT(?:ION)?_\w+|PROTOCOL_CONNECTION_LOST|PROTOCOL_SEQUENCE_TIMEOUT)$/;
const CONNECTION_SQLSTATE = /^(?:08\w{3}|28\w{3}|3D000|53300|57P0[1-5])$/;

/** Errors of pg and pg-pool that have no code. Compared, never recorded. */
const KNOWN_MESSAGES: ReadonlyMap<string, { readonly type: string; readonly isConnectionError: boolean }> = new Map([
  ['Connection terminated unexpectedly', { type: 'connection_terminated', isConnectionError: true }],
  ['Connection terminated', { type: 'connection_terminated', isConnectionError: false }],
  ['Connection terminated due to connection timeout', { type: 'connect_timeout', isConnectionError: true }],
  ['timeout expired', { type: 'connect_timeout', isConnectionError: true }],
  [
    'Client has encountered a connection error and is not queryable',
    { type: 'connection_terminated', isConnectionError: false },
  ],
  ['Client was closed and is not queryable', { type: 'client_closed', isConnectionError: false }],
  ['Query read timeout', { type: 'query_timeout', isConnectionError: false }],
  ['timeout exceeded when trying to connect', { type: 'pool_timeout', isConnectionError: false }],
]);

const UNKNOWN: DatabaseErrorReading = { type: OTHER_ERROR, statusCode: undefined, isConnectionError: false };

interface ErrorLike {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly sqlState?: unknown;
  readonly message?: unknown;
  readonly name?: unknown;
  readonly cause?: unknown;
  readonly constructor?: { readonly name?: unknown };
}

/** Reads an error of any driver, or what wraps one. Never throws. */
export function readDatabaseError(error: unknown): DatabaseErrorReading {
  try {
    let name: string | undefined;
    let current = error;
    for (let depth = 0; depth < CAUSES_MAXIMUM; depth += 1) {
      if (typeof current !== 'object' || current === null) break;
      const found = readCodes(current as ErrorLike);
      if (found !== undefined) return found;
      name = nameOf(current as ErrorLike) ?? name;
      current = (current as ErrorLike).cause;
    }
    return name === undefined ? UNKNOWN : { type: name, statusCode: undefined, isConnectionError: false };
  } catch {
    // A getter of the application's error threw: the query has still failed, by what we do not know.
    return UNKNOWN;
  }
}

function readCodes({ code, errno, sqlState, message }: ErrorLike): DatabaseErrorReading | undefined {
  const state = sqlstateClass(code) === undefined ? sqlState : code;
  const type = sqlstateClass(state);
  if (type !== undefined) {
    // As the conventions ask: PostgreSQL's SQLSTATE, MySQL's own number.
    const statusCode = state === code ? (code as string) : typeof errno === 'number' ? `${errno}` : (state as string);
    const isConnectionError = CONNECTION_SQLSTATE.test(state as string) || CONNECTION_CODE.test(String(code));
    return { type, statusCode, isConnectionError };
  }
  if (typeof code === 'string' && CODE.test(code)) {
    const statusCode = code.startsWith('SQLITE_') ? code : undefined;
    return { type: code, statusCode, isConnectionError: CONNECTION_CODE.test(code) };
  }
  const known = typeof message === 'string' ? KNOWN_MESSAGES.get(message) : undefined;
  return known === undefined ? undefined : { ...known, statusCode: undefined };
}

/** Of its class, so that no text that somebody put on the error comes out. */
function nameOf(error: ErrorLike): string | undefined {
  const name = error.constructor?.name;
  return typeof name === 'string' && NAME.test(name) ? name : undefined;
}
