import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorTypeOf } from '../http-semantics/error-type.ts';

/** `error.type` of a request whose client left before the answer was whole: closed, or reset, its connection. */
export const CLIENT_DISCONNECTED = 'client_disconnected';
/** `error.type` of a request whose connection this process closed: `destroy`, `closeAllConnections`, a time limit of the server. */
export const CONNECTION_CLOSED = 'connection_closed';

// The last is the parser's word for a client that ends in the middle of what it sends.
const GONE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'HPE_INVALID_EOF_STATE']);

/**
 * Why a connection closed under a request. Undefined when that is how such answers end: clients leave a stream of events whenever
 * they have enough of it.
 */
export function cutReason(socket: Duplex, response: ServerResponse | undefined): string | undefined {
  const { errored, readableEnded } = socket;
  const code = errored === null || errored === undefined ? undefined : errorTypeOf(errored);
  const hasLeft = code === undefined ? readableEnded : GONE.has(code);
  if (!hasLeft) return code ?? CONNECTION_CLOSED;
  return isEventStream(response) ? undefined : CLIENT_DISCONNECTED;
}

function isEventStream(response: ServerResponse | undefined): boolean {
  if (response?.headersSent !== true) return false;
  const type = response.getHeader('content-type') ?? /^content-type: *(.*)$/im.exec(headerText(response))?.[1];
  return typeof type === 'string' && type.startsWith('text/event-stream');
}

/** Headers that were given to `writeHead` alone are only in the text that was sent. */
function headerText(response: ServerResponse): string {
  const { _header } = response as unknown as { readonly _header?: unknown };
  return typeof _header === 'string' ? _header : '';
}
