import type { Signal } from '../transport/transport.ts';
import { escapeMessage } from './escape-message.ts';
import { readProtobufAnswer } from './protobuf-answer.ts';

/** What a receiver said it did not take although it answered 200. */
export interface PartialSuccess {
  /** Items refused: a whole number from 0 on. A receiver may claim more than was sent; the caller bounds it by that. */
  readonly rejected: number;
  /** At most 256 characters, control characters escaped: it goes into a log line. Empty for none. */
  readonly message: string;
}

const NOTHING: PartialSuccess = { rejected: 0, message: '' };

/** What the JSON form calls the count; protobuf's field numbers are the same for all three. */
const JSON_COUNTS: Record<Signal, readonly [string, string]> = {
  traces: ['rejectedSpans', 'rejected_spans'],
  metrics: ['rejectedDataPoints', 'rejected_data_points'],
  logs: ['rejectedLogRecords', 'rejected_log_records'],
};

/**
 * Reads the body of a 200 answer to an OTLP request, as protobuf or JSON by its content type, by its first byte where the
 * type is missing. An answer that is neither, broken or empty says nothing: 0 rejected. Never throws.
 */
export function readPartialSuccess(signal: Signal, contentType: string | undefined, body: Uint8Array): PartialSuccess {
  try {
    const format = formatOf(contentType, body);
    if (format === undefined) return NOTHING;
    const { rejected, message } = format === 'json' ? readJson(signal, body) : readProtobufAnswer(body);
    return { rejected: clampCount(rejected), message: escapeMessage(message) };
  } catch {
    // A body that does not parse: the status said that the request was taken, and there is nothing to count.
    return NOTHING;
  }
}

function formatOf(contentType: string | undefined, body: Uint8Array): 'json' | 'protobuf' | undefined {
  if (body.length === 0) return undefined;
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json') return 'json';
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf';
  if (type) return undefined;
  // No protobuf answer begins with "{" or white space: those would be tags of groups and of unknown fields.
  return /^\s*\{/.test(Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 64)).toString('latin1'))
    ? 'json'
    : 'protobuf';
}

function readJson(signal: Signal, body: Uint8Array): { rejected: number; message: string } {
  const answer: unknown = JSON.parse(new TextDecoder().decode(body));
  const partial = own(answer, 'partialSuccess', 'partial_success');
  const [camel, snake] = JSON_COUNTS[signal];
  const message = own(partial, 'errorMessage', 'error_message');
  return { rejected: toCount(own(partial, camel, snake)), message: typeof message === 'string' ? message : '' };
}

/** An own property by either of the two names that protobuf's JSON allows. */
function own(value: unknown, camel: string, snake: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const name = Object.hasOwn(value, camel) ? camel : snake;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** int64 stands in JSON as a string; some senders write a number. */
function toCount(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? Number(value) : 0;
}

function clampCount(count: number): number {
  return count > 0 ? Math.min(Math.floor(count), Number.MAX_SAFE_INTEGER) : 0;
}
