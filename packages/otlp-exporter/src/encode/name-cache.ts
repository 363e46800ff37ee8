import { toWords } from './little-endian-words.ts';
import { FULL, type WireWriter } from './wire-writer.ts';

const SLOTS = 128;

/** Longer names are written anew each time. */
const LONGEST_NAME = 64;

/** A name that was seen once; its field (tag, length, UTF-8) as soon as it is seen again. */
interface Slot {
  name: string;
  length: number;
  words: readonly number[] | undefined;
}

/**
 * Texts of one field as they stand in the bytes: span names, tracestates. There are few of them where instrumentations do what the
 * specification wants; where they put ids into names, a name that is seen only once costs no more than its place.
 */
export class NameCache {
  /** Of the field. */
  readonly #tag: number;
  readonly #slots: Slot[] = Array.from({ length: SLOTS }, () => ({ name: '', length: 0, words: undefined }));

  constructor(tag: number) {
    this.#tag = tag;
  }

  /** Returns the position after the field, or FULL. */
  write(writer: WireWriter, position: number, name: string, mostUnits: number): number {
    const units = name.length;
    if (units === 0 || units > LONGEST_NAME || units > mostUnits)
      return writer.textField(position, this.#tag, name, mostUnits);
    const slot = this.#slots[
      (units * 31 + name.charCodeAt(units - 1) * 7 + name.charCodeAt(units >> 1)) % SLOTS
    ] as Slot;
    if (slot.name !== name) {
      slot.name = name;
      slot.words = undefined;
    } else if (slot.words === undefined) {
      const text = Buffer.from(name, 'utf8');
      // Above 127 bytes the length takes two, which is no case to be fast in.
      if (text.length < 128) {
        slot.words = toWords(Uint8Array.of(this.#tag, text.length, ...text));
        slot.length = text.length + 2;
      }
    } else {
      if (position + slot.length + 3 > writer.limit) return FULL;
      writer.head(position, slot.words);
      return position + slot.length;
    }
    return writer.textField(position, this.#tag, name, mostUnits);
  }
}
