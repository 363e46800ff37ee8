/** One span as the collector's side of the wire reads it. */
export interface ReceivedSpan {
  /** The simulator's span ids are plain numbers. */
  readonly number: number;
  readonly name: string;
  readonly scope: string;
}

const text = new TextDecoder('utf-8', { fatal: true });

/** Calls `field` for each field of one message; throws when the bytes do not end exactly where they must. */
function walk(
  bytes: Uint8Array,
  start: number,
  end: number,
  field: (number: number, from: number, to: number) => void,
) {
  let at = start;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) throw new Error(`truncated varint at ${at}`);
      const byte = bytes[at++] as number;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Error(`endless varint at ${at}`);
  };
  while (at < end) {
    const tag = varint();
    const wire = tag % 8;
    const from = at;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      field(Math.floor(tag / 8), at, at + length);
      at += length;
      if (at > end) throw new Error(`field ${Math.floor(tag / 8)} ends ${at - end} bytes behind its message`);
      continue;
    } else throw new Error(`wire type ${wire} at ${from}`);
    if (at > end) throw new Error(`scalar ends behind its message at ${from}`);
  }
}

function numberOf(bytes: Uint8Array, from: number, to: number): number {
  if (to - from !== 8) throw new Error(`span id of ${to - from} bytes`);
  let value = 0;
  for (let index = from; index < to; index++) value = value * 256 + (bytes[index] as number);
  return value;
}

/**
 * Reads an ExportTraceServiceRequest without any code of the encoder. Throws on bytes that are no such message: a torn
 * record of the ring shows here.
 */
export function walkTraceRequest(body: Uint8Array): ReceivedSpan[] {
  const spans: ReceivedSpan[] = [];
  const readSpan = (from: number, to: number, scope: string) => {
    let number = -1;
    let name = '';
    walk(body, from, to, (field, start, end) => {
      if (field === 2) number = numberOf(body, start, end);
      else if (field === 5) name = text.decode(body.subarray(start, end));
    });
    if (number < 0) throw new Error('a span without an id');
    spans.push({ number, name, scope });
  };
  walk(body, 0, body.length, (top, resourceFrom, resourceTo) => {
    if (top !== 1) throw new Error(`request field ${top}`);
    walk(body, resourceFrom, resourceTo, (part, scopeFrom, scopeTo) => {
      if (part !== 2) return;
      let scope = '';
      walk(body, scopeFrom, scopeTo, (field, from, to) => {
        if (field === 1) {
          walk(body, from, to, (key, start, end) => {
            if (key === 1) scope = text.decode(body.subarray(start, end));
          });
        } else if (field === 2) readSpan(from, to, scope);
      });
    });
  });
  return spans;
}
