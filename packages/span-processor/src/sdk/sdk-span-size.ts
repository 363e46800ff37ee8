import { ATTRIBUTE_BYTES, deepBytes, PART_BYTES, SPAN_BYTES } from '../retention/span-size.ts';
import type { SdkSpan } from './sdk-span.ts';

/** What an SDK span keeps in memory, roughly. May throw what its getters throw. */
export function sdkSpanBytes(span: SdkSpan): number {
  let bytes = SDK_SPAN_BYTES + span.name.length + attributeBytes(span.attributes);
  for (const event of span.events) bytes += PART_BYTES + event.name.length + attributeBytes(event.attributes);
  for (const link of span.links) bytes += PART_BYTES + attributeBytes(link.attributes);
  return bytes;
}

/** The SDK's span with its arrays and contexts is twice the size of a light one. */
const SDK_SPAN_BYTES = 2 * SPAN_BYTES;

function attributeBytes(attributes: Readonly<Record<string, unknown>> | undefined): number {
  let bytes = 0;
  for (const key in attributes) {
    const value = attributes[key];
    bytes += ATTRIBUTE_BYTES;
    if (typeof value === 'string') bytes += value.length;
    else if (typeof value === 'object' && value !== null) bytes += deepBytes(value);
  }
  return bytes;
}
