/**
 * Type (`code`, else `name`), message and stack of whatever was thrown, by OpenTelemetry's names; `undefined` when it says
 * neither type nor message. Getters, proxies and `toString`s that throw count as saying nothing; a bare number, bigint,
 * boolean or symbol is its own message. Never throws.
 */
export function exceptionAttributes(exception: unknown): Record<string, string> | undefined {
  if (exception === null || exception === undefined) return undefined;
  if (typeof exception !== 'object' && typeof exception !== 'function') {
    const message = String(exception);
    return message === '' ? undefined : { 'exception.message': message };
  }
  const type = textOf(exception, 'code') || textOf(exception, 'name');
  const message = textOf(exception, 'message');
  if (type === '' && message === '') return undefined;
  const stacktrace = textOf(exception, 'stack');
  return {
    ...(type !== '' && { 'exception.type': type }),
    ...(message !== '' && { 'exception.message': message }),
    ...(stacktrace !== '' && { 'exception.stacktrace': stacktrace }),
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
