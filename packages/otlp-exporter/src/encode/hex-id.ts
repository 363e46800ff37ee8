/** Values of the hexadecimal digits by character code; 255 for everything else. */
const DIGITS = new Uint8Array(128).fill(255);
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
