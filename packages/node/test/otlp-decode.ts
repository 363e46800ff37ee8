/** Field number → name and how to read it. A name in brackets may come more than once. */
type Schema = Readonly<
  Record<number, readonly [name: string, type: 'text' | 'hex' | 'int' | 'f64' | 'u64' | 'f64s' | 'u64s' | Schema]>
>;

export type Message = Record<string, unknown>;

const ANY_VALUE: Schema = { 1: ['value', 'text'], 2: ['value', 'int'], 3: ['value', 'int'], 4: ['value', 'f64'] };
const KEY_VALUE: Schema = { 1: ['key', 'text'], 2: ['value', ANY_VALUE] };
const RESOURCE: Schema = { 1: ['[attributes]', KEY_VALUE] };
const SCOPE: Schema = { 1: ['name', 'text'] };
const SPAN: Schema = {
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  4: ['parentSpanId', 'hex'],
  5: ['name', 'text'],
  6: ['kind', 'int'],
  9: ['[attributes]', KEY_VALUE],
};
const NUMBER_POINT: Schema = { 4: ['value', 'f64'], 6: ['value', 'u64'], 7: ['[attributes]', KEY_VALUE] };
const EXEMPLAR: Schema = { 3: ['value', 'f64'], 4: ['spanId', 'hex'], 5: ['traceId', 'hex'] };
const HISTOGRAM_POINT: Schema = {
  4: ['count', 'u64'],
  5: ['sum', 'f64'],
  7: ['explicitBounds', 'f64s'],
  8: ['[exemplars]', EXEMPLAR],
  9: ['[attributes]', KEY_VALUE],
};
const POINTS: Schema = { 1: ['[points]', NUMBER_POINT], 2: ['temporality', 'int'] };
const METRIC: Schema = {
  1: ['name', 'text'],
  3: ['unit', 'text'],
  5: ['data', POINTS],
  7: ['data', POINTS],
  9: ['data', { 1: ['[points]', HISTOGRAM_POINT], 2: ['temporality', 'int'] }],
};
const LOG_RECORD: Schema = {
  2: ['severityNumber', 'int'],
  3: ['severityText', 'text'],
  5: ['body', ANY_VALUE],
  6: ['[attributes]', KEY_VALUE],
  9: ['traceId', 'hex'],
  10: ['spanId', 'hex'],
};

const request = (items: Schema): Schema => ({
  1: ['[resources]', { 1: ['resource', RESOURCE], 2: ['[scopes]', { 1: ['scope', SCOPE], 2: ['[items]', items] }] }],
});

/** The three requests a collector receives, by the path they are posted to; only the fields that tests look at. */
export const REQUESTS: Readonly<Record<string, Schema>> = {
  '/v1/traces': request(SPAN),
  '/v1/metrics': request(METRIC),
  '/v1/logs': request(LOG_RECORD),
};

/** Reads protobuf's wire format by a schema; unknown fields are skipped. Attributes become one plain object. */
export function decode(schema: Schema, bytes: Buffer): Message {
  const message: Message = {};
  let at = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag & 7;
    const number = wire === 0 ? varint() : 0;
    const length = wire === 0 ? 0 : wire === 1 ? 8 : wire === 5 ? 4 : varint();
    const field = schema[tag >>> 3];
    if (field !== undefined) put(message, field[0], read(field[1], bytes.subarray(at, at + length), number));
    at += length;
  }
  return message;
}

function read(type: Schema[number][1], bytes: Buffer, number: number): unknown {
  if (typeof type === 'object') return decode(type, bytes);
  const eights = () => Array.from({ length: bytes.length / 8 }, (_, index) => index * 8);
  switch (type) {
    case 'text':
      return bytes.toString('utf8');
    case 'hex':
      return bytes.toString('hex');
    case 'int':
      return number;
    case 'f64':
      return bytes.readDoubleLE(0);
    case 'u64':
      return Number(bytes.readBigInt64LE(0));
    case 'f64s':
      return eights().map((at) => bytes.readDoubleLE(at));
    case 'u64s':
      return eights().map((at) => Number(bytes.readBigUInt64LE(at)));
  }
}

function put(message: Message, name: string, value: unknown): void {
  if (!name.startsWith('[')) {
    message[name] = value;
  } else if (name === '[attributes]') {
    const { key, value: any } = value as { key: string; value?: { value?: unknown } };
    message.attributes = { ...(message.attributes as object | undefined), [key]: any?.value };
  } else {
    const list = name.slice(1, -1);
    message[list] = [...((message[list] as unknown[] | undefined) ?? []), value];
  }
}
