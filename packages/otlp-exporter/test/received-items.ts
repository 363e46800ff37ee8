/** Fields of one protobuf message by number, those with a length only; enough to tell what arrived. */
function fieldsOf(bytes: Buffer): Map<number, Buffer[]> {
  const fields = new Map<number, Buffer[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag % 8;
    const number = Math.floor(tag / 8);
    if (wire === 0) {
      varint();
      continue;
    }
    const length = wire === 1 ? 8 : wire === 5 ? 4 : varint();
    if (at + length > bytes.length) throw new Error(`field ${number} runs past the end`);
    fields.set(number, [...(fields.get(number) ?? []), bytes.subarray(at, at + length)]);
    at += length;
  }
  return fields;
}

const inside = (messages: readonly Buffer[], field: number): Buffer[] =>
  messages.flatMap((message) => fieldsOf(message).get(field) ?? []);

/**
 * What tells one item from another in an OTLP request: trace and span id, a metric's name, a log record's text.
 *
 * @throws when the body is no such request.
 */
export function receivedItems(path: string, body: Buffer): string[] {
  // Resource → scope → item have the same field numbers in all three requests.
  return inside(inside(inside([body], 1), 2), 2).map((item) => {
    const fields = fieldsOf(item);
    if (path === '/v1/traces') return `${fields.get(1)?.[0]?.toString('hex')}-${fields.get(2)?.[0]?.toString('hex')}`;
    if (path === '/v1/metrics') return fields.get(1)?.[0]?.toString() ?? '';
    return inside(fields.get(5) ?? [], 1).join();
  });
}
