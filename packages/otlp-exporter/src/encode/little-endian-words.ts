/** Bytes as little-endian words, the last one filled up with zeros: `WireWriter.head` writes them. */
export function toWords(bytes: Uint8Array): number[] {
  const padded = Buffer.alloc(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return Array.from({ length: padded.length / 4 }, (_, i) => padded.readInt32LE(4 * i));
}
