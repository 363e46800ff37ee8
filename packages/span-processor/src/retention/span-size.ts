import type { AttributePairs, EventRecord, LinkRecord } from '@vigil/otlp-exporter';

/** Heap of a span and its parts beside the text they hold, in bytes; rough, and rather too much. */
export const SPAN_BYTES = 400;
export const ATTRIBUTE_BYTES = 16;
export const PART_BYTES = 120;
/** Values inside one attribute that are looked at; a larger one counts as the largest span the encoder accepts. */
const VALUES_MAXIMUM = 1_000;
export const LARGEST_SPAN_BYTES = 65_536;

/** What a span of this shape keeps in memory, roughly. Linear in its parts, never throws. */
export function spanBytes(
  name: string,
  attributes: AttributePairs,
  events: readonly EventRecord[],
  links: readonly LinkRecord[],
): number {
  try {
    let bytes = SPAN_BYTES + name.length + attributeBytes(attributes);
    for (const event of events) bytes += PART_BYTES + event.name.length + attributeBytes(event.attributes);
    for (const link of links) bytes += PART_BYTES + attributeBytes(link.attributes);
    return bytes;
  } catch {
    return LARGEST_SPAN_BYTES; // A value that throws when it is looked at.
  }
}

function attributeBytes(pairs: AttributePairs): number {
  let bytes = 0;
  for (let index = 1; index < pairs.length; index += 2) {
    const value = pairs[index];
    bytes += ATTRIBUTE_BYTES;
    if (typeof value === 'string') bytes += value.length;
    else if (typeof value === 'object' && value !== null) bytes += deepBytes(value);
  }
  return bytes;
}

/** Without recursion, so that depth cannot exhaust the stack, and with a bound, so that width cannot take time. */
export function deepBytes(root: object): number {
  let bytes = 0;
  let seen = 0;
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    seen += 1;
    if (seen > VALUES_MAXIMUM) return LARGEST_SPAN_BYTES;
    bytes += ATTRIBUTE_BYTES;
    if (typeof value === 'string') bytes += value.length;
    else if (ArrayBuffer.isView(value)) bytes += value.byteLength;
    else if (typeof value === 'object' && value !== null) {
      const parts = Array.isArray(value) ? value : Object.values(value);
      if (parts.length > VALUES_MAXIMUM) return LARGEST_SPAN_BYTES;
      for (const part of parts) if (part !== undefined) open.push(part);
    }
  }
  return bytes;
}
