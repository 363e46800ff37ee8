import { inspect, types } from 'node:util';

const LENGTH_MAXIMUM = 300;

/**
 * Says what went wrong in one line without a stack: message and code of an error, the message of a flattened error as
 * OpenTelemetry logs it, otherwise the value itself. At most 300 characters, none of which a terminal obeys. Never throws.
 */
export function failureText(value: unknown): string {
  const line = rawText(value)
    .replace(/\n\s+at [\s\S]*$/, '')
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  return line.length > LENGTH_MAXIMUM ? `${line.slice(0, LENGTH_MAXIMUM - 1)}…` : line;
}

/** A thrown Proxy may throw again at every look. */
function rawText(value: unknown): string {
  try {
    return isError(value) ? errorText(value) : typeof value === 'string' ? stringText(value) : inspected(value);
  } catch {
    return 'an error without text';
  }
}

function errorText(error: Error): string {
  // A refused connection to a name with several addresses is an AggregateError without a message.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (error.message === '') return code ?? error.name;
  return code === undefined || error.message.includes(code) ? error.message : `${code} ${error.message}`;
}

function stringText(text: string): string {
  if (!text.startsWith('{')) return text;
  try {
    const { message, code, name } = JSON.parse(text) as Record<string, unknown>;
    return String(message || code || name || text);
  } catch {
    return text; // Only looked like JSON.
  }
}

/** Also for an error of another realm, as in a `vm` context. */
const isError = (value: unknown): value is Error => types.isNativeError(value) || value instanceof Error;

const inspected = (value: unknown): string => inspect(value, { depth: 1, breakLength: Infinity });
