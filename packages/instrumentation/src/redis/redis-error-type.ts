/**
 * Words that Redis and its modules begin an error with. A closed list, because a script chooses the first word of its errors freely:
 * what is not in it could be a value.
 */
const PREFIXES = new Set(
  [
    'ERR WRONGTYPE NOAUTH WRONGPASS NOPERM NOPROTO DENIED EXECABORT CROSSSLOT MOVED ASK TRYAGAIN CLUSTERDOWN MASTERDOWN',
    'LOADING BUSY BUSYKEY BUSYGROUP NOGROUP NOSCRIPT NOTBUSY UNKILLABLE UNBLOCKED OOM MISCONF READONLY NOREPLICAS IOERR',
    'INPROG NOGOODSLAVE NOMASTERLINK INVALIDOBJ NOADDR NOTREADY STALE NOSUB',
  ].flatMap((line) => line.split(' ')),
);

/** What clients say without the server. */
const MESSAGES: ReadonlyMap<string, string> = new Map([
  ['Connection is closed.', 'connection_closed'],
  ['Command timed out', 'timeout'],
  ["Stream isn't writeable and enableOfflineQueue options is false", 'offline'],
  ["Cluster isn't ready and enableOfflineQueue options is false", 'offline'],
  ['Connection in subscriber mode, only subscriber commands may be used', 'subscriber_mode'],
]);

const CLASSES = new Set([
  'AbortError',
  'ClientClosedError',
  'ClientOfflineError',
  'ClusterAllFailedError',
  'CommandTimeoutDuringMaintenanceError',
  'ConnectionTimeoutError',
  'CredentialsError',
  'DisconnectsClientError',
  'MaxRetriesPerRequestError',
  'MultiErrorReply',
  'ParserError',
  'ReconnectStrategyError',
  'RootNodesUnavailableError',
  'SocketClosedUnexpectedlyError',
  'SocketTimeoutDuringMaintenanceError',
  'SocketTimeoutError',
  'TimeoutError',
  'TypeError',
  'WatchError',
]);

/** Codes of Node.js and OpenSSL: `ECONNREFUSED`, `ERR_SOCKET_CLOSED`, `CERT_HAS_EXPIRED`. */
const SYSTEM_CODE = /^(?:E[A-Z0-9]{2,20}|ERR_[A-Z_]{2,50}|CERT_[A-Z_]{2,40}|[A-Z_]{2,40}_CERT[A-Z_]{0,20})$/;

const PREFIX_LENGTH_MAXIMUM = 16;

export const OTHER_ERROR = '_OTHER';

/** The prefix of a server's error, such as `WRONGTYPE`; otherwise undefined. Never throws. */
export function replyErrorPrefix(error: unknown): string | undefined {
  try {
    if (!(error instanceof Error)) return undefined;
    const { message } = error;
    if (typeof message !== 'string') return undefined;
    const end = message.indexOf(' ');
    if (end > PREFIX_LENGTH_MAXIMUM) return undefined;
    const word = end === -1 ? message : message.slice(0, end);
    return PREFIXES.has(word) ? word : undefined;
  } catch {
    // A foreign error whose message cannot be read has no prefix.
    return undefined;
  }
}

/** `error.type` from a closed list: a Redis prefix, a code of the connection, what the client calls it, or `_OTHER`. Never throws. */
export function redisErrorType(error: unknown): string {
  const prefix = replyErrorPrefix(error);
  if (prefix !== undefined) return prefix;
  try {
    if (typeof error !== 'object' || error === null) return OTHER_ERROR;
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (typeof code === 'string' && SYSTEM_CODE.test(code)) return code;
    const said = typeof message === 'string' ? MESSAGES.get(message) : undefined;
    if (said !== undefined) return said;
    const name: unknown = error.constructor?.name;
    return typeof name === 'string' && CLASSES.has(name) ? name : OTHER_ERROR;
  } catch {
    // As above.
    return OTHER_ERROR;
  }
}
