/** What an exception says of itself; an empty text where it says nothing. */
export interface ExceptionText {
  readonly type: string;
  readonly message: string;
  readonly stacktrace: string;
}

/**
 * Reads type (`code`, else `name`), message and stack of whatever was thrown. Getters, proxies and `toString`s that throw
 * count as saying nothing; a bare number, bigint, boolean or symbol is its own message. Never throws.
 */
export function exceptionText(exception: unknown): ExceptionText {
  if (typeof exception === 'string') return { type: '', message: exception, stacktrace: '' };
  if (exception === null || exception === undefined) return { type: '', message: '', stacktrace: '' };
  if (typeof exception !== 'object' && typeof exception !== 'function') {
    return { type: '', message: String(exception), stacktrace: '' };
  }
  return {
    type: textOf(exception, 'code') || textOf(exception, 'name'),
    message: textOf(exception, 'message'),
    stacktrace: textOf(exception, 'stack'),
  };
}

function textOf(exception: object, property: string): string {
  try {
    const value: unknown = (exception as Record<string, unknown>)[property];
    if (typeof value === 'string') return value;
    // Falsy as in the SDK: code 0 is no code.
    return value ? String(value) : '';
  } catch {
    return '';
  }
}
