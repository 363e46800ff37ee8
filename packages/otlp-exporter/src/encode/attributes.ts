import { writeKeyValue } from './any-value.ts';
import type { EncodeLimits } from './encode-limits.ts';
import type { AttributePairs } from './span-record.ts';
import { FULL, REFUSED, type WireWriter } from './wire-writer.ts';

/** Bytes of work counted for what was dropped without writing much of it. */
export const LEAST_WASTE = 16;

/** Attributes of one message: writes what can be written, counts what was dropped, stops for good where the target ends. */
export class AttributeWriter {
  /** Attributes of the last `write` that are not in the bytes. */
  dropped = 0;
  /** Bytes written and taken back, since the caller last set it to 0: bounds the work a span can cause. */
  wasted = 0;
  readonly #writer: WireWriter;
  readonly #limits: EncodeLimits;

  constructor(writer: WireWriter, limits: EncodeLimits) {
    this.#writer = writer;
    this.#limits = limits;
  }

  /** Returns the position after the last attribute; FULL only where the writer's limit is the target's, not the span's. */
  write(position: number, tag: number, attributes: AttributePairs, limitIsTarget: boolean): number {
    let at = position;
    this.dropped = 0;
    const count = attributes.length - 1;
    for (let i = 0; i < count; i += 2) {
      const value = attributes[i + 1];
      // As in the SDK, an attribute set to undefined was never set.
      if (value === undefined) continue;
      const end = this.wasted > this.#limits.spanBytes ? REFUSED : this.#attribute(at, tag, attributes[i], value);
      if (end > 0) {
        at = end;
      } else if (end === FULL && limitIsTarget) {
        return FULL;
      } else {
        this.dropped++;
        this.wasted += Math.max(LEAST_WASTE, this.#writer.reached - at);
      }
    }
    return at;
  }

  #attribute(position: number, tag: number, key: unknown, value: unknown): number {
    if (typeof key !== 'string' || key.length === 0) return REFUSED;
    this.#writer.reached = position;
    try {
      return writeKeyValue(this.#writer, position, tag, key, value, this.#limits, 0);
    } catch {
      // A getter or trap of the application's value threw: this attribute is lost and counted, the span is not.
      return REFUSED;
    }
  }
}
