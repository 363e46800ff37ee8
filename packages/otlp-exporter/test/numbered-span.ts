import { DOES_NOT_FIT } from '../src/encode/encode-outcome.ts';
import type { SpanEncoder } from '../src/encode/span-encoder.ts';
import type { SpanRecord } from '../src/encode/span-record.ts';
import { plainSpan } from './arbitrary-span.ts';

/** A span that is only a number and a size; `numberedSpanEncoder` writes it so. */
export function numberedSpan(number: number, bytes: number): SpanRecord {
  return { ...plainSpan, startSeconds: number, startNanos: Math.max(4, bytes) };
}

/** Writes the number in four bytes and fills up to the size: an encoder that costs nothing and can be read back. */
export const numberedSpanEncoder: SpanEncoder = {
  encode({ startSeconds, startNanos }, target, start, end) {
    if (start + startNanos > end) return DOES_NOT_FIT;
    new DataView(target.buffer, target.byteOffset).setUint32(start, startSeconds);
    target.fill(startSeconds & 255, start + 4, start + startNanos);
    return start + startNanos;
  },
};

/** The numbers of the spans in a request that was framed from such spans, with every byte of them checked. */
export function spanNumbers(request: Uint8Array): number[] {
  return fields(request, 0x0a).flatMap((resourceSpans) =>
    fields(resourceSpans, 0x12).flatMap((scopeSpans) => fields(scopeSpans, 0x12).map(numberOf)),
  );
}

function numberOf(span: Uint8Array): number {
  const number = new DataView(span.buffer, span.byteOffset).getUint32(0);
  if (span.subarray(4).some((byte) => byte !== (number & 255))) throw new Error(`span ${number} came out damaged`);
  return number;
}

/** All fields of a message here are length-delimited with a tag of one byte. */
function fields(message: Uint8Array, tag: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < message.length; ) {
    const isWanted = message[at] === tag;
    at += 1;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at] ?? 0;
      at += 1;
      length |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    if (isWanted) found.push(message.subarray(at, at + length));
    at += length;
  }
  return found;
}
