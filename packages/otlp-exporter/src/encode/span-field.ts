import type { WireWriter } from './wire-writer.ts';

export function fixed32(bytes: Uint8Array, position: number, value: number): number {
  bytes[position] = value;
  bytes[position + 1] = value >>> 8;
  bytes[position + 2] = value >>> 16;
  bytes[position + 3] = value >>> 24;
  return position + 4;
}

/** Seconds of 2554-07-21, the last that uint64 nanoseconds can hold. */
const LAST_SECOND = 18_446_744_072;

/**
 * Nanoseconds since 1970 as a fixed64. Exact: seconds are split so that no product leaves 2^53. What is before 1970 or not
 * a number is 0; what is after 2554 is the last second.
 */
export function fixed64Nanos(bytes: Uint8Array, position: number, seconds: number, nanos: number): number {
  const whole = seconds > 0 ? Math.min(Math.floor(seconds), LAST_SECOND) : 0;
  const rest = nanos > 0 && nanos < 1e9 ? nanos : 0;
  const upper = Math.floor(whole / 0x1_0000);
  const lower = (whole - upper * 0x1_0000) * 1e9 + rest;
  const upperNanos = upper * 1e9;
  const low = (upperNanos % 0x1_0000) * 0x1_0000 + (lower % 0x1_0000_0000);
  const high = Math.floor(upperNanos / 0x1_0000) + Math.floor(lower / 0x1_0000_0000) + Math.floor(low / 0x1_0000_0000);
  fixed32(bytes, position, low % 0x1_0000_0000);
  return fixed32(bytes, position + 4, high);
}

/** Tag and varint of a count, nothing for 0; counts that are none are 0, those beyond uint32 its last value. */
export function uint32(writer: WireWriter, position: number, tag: number, count: number): number {
  if (!(count >= 1)) return position;
  writer.bytes[position] = tag;
  return writer.varint(position + 1, count >= 0xffff_ffff ? 0xffff_ffff : Math.floor(count));
}

/** Whole members from the front: half of a member would be a wrong one. */
export function cutTraceState(traceState: string, mostUnits: number): string {
  if (traceState.length <= mostUnits) return traceState;
  const comma = traceState.lastIndexOf(',', mostUnits);
  return comma > 0 ? traceState.slice(0, comma) : '';
}
