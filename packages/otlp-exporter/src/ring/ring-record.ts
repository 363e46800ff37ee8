/**
 * A record of the ring: two 32-bit words and the payload, padded to four bytes.
 *
 *     word 0  bits 0–29 length of the payload in bytes; bit 30 a wrap marker; bit 31 offered as critical
 *     word 1  number of the stream
 *
 * A wrap marker is word 0 alone: nothing follows up to the end of the ring, the next record is at its beginning.
 */
export const HEADER_BYTES = 8;
export const LENGTH_MASK = 0x3fff_ffff;
export const WRAP_MARKER = 0x4000_0000;
export const CRITICAL_BIT = 0x8000_0000 | 0;
export const ALIGNMENT_BYTES = 4;

/** A record's payload is never longer, so that a batch always has room for one. Encoded spans end at 64 KiB. */
export const PAYLOAD_BYTES_MAXIMUM = 120 * 1024;

/** Bytes a record with this payload takes in the ring. */
export function recordBytes(payloadBytes: number): number {
  return HEADER_BYTES + ((payloadBytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES);
}
