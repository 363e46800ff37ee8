/** A view of a buffer that was given away: reading it is an error or nothing. */
export function detachedBuffer() {
  const bytes = new Uint8Array(16);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}
