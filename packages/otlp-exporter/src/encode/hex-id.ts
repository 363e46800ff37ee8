/** Values of the hexadecimal digits by character code; 255 for everything else. */
const DIGITS = new Uint8Array(256).fill(255);
for (let i = 0; i < 16; i++) {
  const digit = i.toString(16);
  DIGITS[digit.charCodeAt(0)] = i;
  DIGITS[digit.toUpperCase().charCodeAt(0)] = i;
}

/** Writes an id of `size` bytes; false, and possibly some bytes, where `id` is not twice as many hexadecimal digits. */
export function writeHexId(bytes: Uint8Array, position: number, id: string, size: number): boolean {
  if (typeof id !== 'string' || id.length !== size * 2) return false;
  for (let i = 0; i < size; i++) {
    const high = DIGITS[id.charCodeAt(2 * i)] ?? 255;
    const low = DIGITS[id.charCodeAt(2 * i + 1)] ?? 255;
    if ((high | low) > 15) return false;
    bytes[position + i] = (high << 4) | low;
  }
  return true;
}

/** Writes ids of which many stand again in the spans that follow: the trace's, the parent's. */
export class RepeatedId {
  readonly #size: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #last: string | undefined;

  constructor(size: 8 | 16) {
    this.#size = size;
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** False where `id` is not the right number of hexadecimal digits. */
  write(view: DataView, position: number, id: string): boolean {
    if (id !== this.#last) {
      this.#last = undefined;
      if (!writeHexId(this.#bytes, 0, id, this.#size)) return false;
      this.#last = id;
    }
    this.#copy(view, position);
    return true;
  }

  /** Only where `id` is the last one: it is not remembered. */
  writeIfLast(view: DataView, position: number, id: string): boolean {
    if (id !== this.#last) return false;
    this.#copy(view, position);
    return true;
  }

  #copy(view: DataView, position: number): void {
    for (let i = 0; i < this.#size; i += 4) view.setInt32(position + i, this.#view.getInt32(i));
  }
}
