/** Export*ServiceResponse: one field `partial_success = 1` with `rejected_* = 1` (int64) and `error_message = 2`, whatever the signal. */
const PARTIAL_SUCCESS = 1;
const REJECTED = 1;
const ERROR_MESSAGE = 2;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
}

interface Answer {
  rejected: number;
  message: string;
}

/**
 * Reads an answer in protobuf; where a field stands twice the last one counts, as protobuf wants it.
 *
 * @throws RangeError where the bytes are cut off or no protobuf.
 */
export function readProtobufAnswer(bytes: Uint8Array): Answer {
  const answer: Answer = { rejected: 0, message: '' };
  const cursor: Cursor = { bytes, at: 0, end: bytes.length };
  while (cursor.at < cursor.end) {
    const tag = readTag(cursor);
    if (tag.field === PARTIAL_SUCCESS && tag.wire === LENGTH_DELIMITED) readPartial(readMessage(cursor), answer);
    else skip(cursor, tag.wire);
  }
  return answer;
}

function readPartial(cursor: Cursor, answer: Answer): void {
  while (cursor.at < cursor.end) {
    const tag = readTag(cursor);
    if (tag.field === REJECTED && tag.wire === VARINT) {
      answer.rejected = Number(BigInt.asIntN(64, readVarint(cursor)));
    } else if (tag.field === ERROR_MESSAGE && tag.wire === LENGTH_DELIMITED) {
      const text = readMessage(cursor);
      answer.message = new TextDecoder().decode(cursor.bytes.subarray(text.at, text.end));
    } else {
      skip(cursor, tag.wire);
    }
  }
}

function readTag(cursor: Cursor): { field: number; wire: number } {
  const tag = Number(BigInt.asUintN(32, readVarint(cursor)));
  if (tag < 8) throw new RangeError(`expected a field number from 1 on, got tag ${tag}`);
  return { field: tag >>> 3, wire: tag & 7 };
}

function readMessage(cursor: Cursor): Cursor {
  const length = Number(readVarint(cursor));
  const at = cursor.at;
  advance(cursor, length);
  return { bytes: cursor.bytes, at, end: at + length };
}

function skip(cursor: Cursor, wire: number): void {
  if (wire === VARINT) readVarint(cursor);
  else if (wire === FIXED64) advance(cursor, 8);
  else if (wire === LENGTH_DELIMITED) readMessage(cursor);
  else if (wire === FIXED32) advance(cursor, 4);
  else throw new RangeError(`expected wire type 0, 1, 2 or 5, got ${wire}`);
}

function advance(cursor: Cursor, bytes: number): void {
  if (bytes > cursor.end - cursor.at) throw new RangeError(`expected ${bytes} bytes, got ${cursor.end - cursor.at}`);
  cursor.at += bytes;
}

function readVarint(cursor: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (cursor.at >= cursor.end) break;
    const byte = cursor.bytes[cursor.at++] as number;
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return value;
  }
  throw new RangeError(`expected a varint, got ${cursor.at} bytes without its end`);
}
