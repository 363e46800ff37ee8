/** Codes of Node.js and undici, names of error classes: `ECONNREFUSED`, `UND_ERR_HEADERS_TIMEOUT`, `TimeoutError`. */
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]{1,63}$/;

export const UNKNOWN_ERROR = '_OTHER';

/**
 * What `error.type` says of an error: its code, else its name, else `_OTHER`. Never its message, which may hold anything. Never
 * throws, whatever the error is.
 */
export function errorTypeOf(error: unknown): string {
  try {
    if (typeof error !== 'object' || error === null) return UNKNOWN_ERROR;
    const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
    if (typeof code === 'string' && IDENTIFIER.test(code)) return code;
    return typeof name === 'string' && IDENTIFIER.test(name) ? name : UNKNOWN_ERROR;
  } catch {
    // Its getters throw: nothing can be said of it.
    return UNKNOWN_ERROR;
  }
}

/** The application itself took the request back; Node.js and the web name it differently. */
export const isCancellation = (errorType: string): boolean =>
  errorType === 'ABORT_ERR' || errorType === 'AbortError' || errorType === 'UND_ERR_ABORTED';
