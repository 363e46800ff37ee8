/** Entry of the table of streams: two words (the resource's entry or `IS_RESOURCE`, length in bytes), then the encoded head, padded. */
export const ENTRY_HEADER_BYTES = 8;
export const IS_RESOURCE = -1;

/** Bytes of an entry with this head. */
export function entryBytes(head: Uint8Array): number {
  return ENTRY_HEADER_BYTES + ((head.length + 3) & -4);
}
