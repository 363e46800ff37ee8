import type { WireWriter } from './wire-writer.ts';

/** The last second of which every nanosecond fits uint64, in 2554. */
const LAST_SECOND = 18_446_744_072;

const SECONDS_OF_NANOS = 1e9;

/** Writes moments as nanoseconds since 1970 in a fixed64. Spans of one second share most of the arithmetic. */
export class TimeWriter {
  #second = 0;
  /** Nanoseconds of that second: the lower and upper 32 bits. */
  #low = 0;
  #high = 0;

  /** Never refuses: what is before 1970 or not a number is 0, what is after 2554 is the last second, odd nanoseconds are 0. */
  write(view: DataView, position: number, seconds: number, nanos: number): void {
    if (seconds !== this.#second) this.#turn(seconds);
    let low = this.#low + (nanos > 0 && nanos < SECONDS_OF_NANOS ? nanos : 0);
    let high = this.#high;
    if (low >= 0x1_0000_0000) {
      low -= 0x1_0000_0000;
      high++;
    }
    view.setUint32(position, low, true);
    view.setUint32(position + 4, high, true);
  }

  /** Exact: seconds are split so that no product leaves 2^53. */
  #turn(seconds: number): void {
    const whole = seconds > 0 ? Math.min(Math.floor(seconds), LAST_SECOND) : 0;
    const upper = Math.floor(whole / 0x1_0000);
    const lowerNanos = (whole - upper * 0x1_0000) * SECONDS_OF_NANOS;
    const upperNanos = upper * SECONDS_OF_NANOS;
    const low = (upperNanos % 0x1_0000) * 0x1_0000 + (lowerNanos % 0x1_0000_0000);
    this.#second = seconds;
    this.#low = low % 0x1_0000_0000;
    this.#high =
      Math.floor(upperNanos / 0x1_0000) + Math.floor(lowerNanos / 0x1_0000_0000) + Math.floor(low / 0x1_0000_0000);
  }
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
