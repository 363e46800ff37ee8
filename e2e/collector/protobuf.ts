/** How a field is read. A nested message is a schema; `varint` and 64-bit integers become decimal strings, as in OTLP JSON. */
export type FieldKind =
  | 'string'
  | 'hex'
  | 'base64'
  | 'int64'
  | 'fixed64'
  | 'enum'
  | 'fixed32'
  | 'double'
  | 'bool'
  | Schema;

/** One field of a message: its JSON name, how it is read, and whether it repeats. */
export interface Field {
  readonly name: string;
  readonly kind: FieldKind | (() => Schema);
  readonly repeated?: true;
}

/** A message: its fields by number. */
export interface Schema {
  readonly fields: Readonly<Record<number, Field>>;
}

interface Raw {
  readonly number: number;
  readonly bytes: Buffer;
  readonly varint: bigint;
}

const LENGTH_DELIMITED = 2;
const FIXED_BYTES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/**
 * Reads one protobuf message into the JSON form that OTLP gives it. Unknown fields are left out.
 *
 * @throws RangeError when the bytes end inside a field, Error for a wire type that proto3 does not have.
 */
export function decodeMessage(bytes: Buffer, schema: Schema): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const raw of rawFields(bytes)) {
    const field = schema.fields[raw.number];
    if (field === undefined) continue;
    const kind = typeof field.kind === 'function' ? field.kind() : field.kind;
    const values = field.repeated ? readRepeated(raw, kind) : [readOne(raw, kind)];
    if (!field.repeated) message[field.name] = values[0];
    else message[field.name] = [...((message[field.name] as unknown[] | undefined) ?? []), ...values];
  }
  return message;
}

function* rawFields(bytes: Buffer): Generator<Raw> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const [number, wire] = [key >> 3, key & 7];
    if (wire === 0) {
      yield { number, bytes: Buffer.alloc(0), varint: varint() };
      continue;
    }
    const length = wire === LENGTH_DELIMITED ? Number(varint()) : FIXED_BYTES[wire];
    if (length === undefined) throw new Error(`protobuf: expected wire type 0, 1, 2 or 5, got ${wire}`);
    if (at + length > bytes.length) throw new RangeError(`protobuf: field ${number} is cut off`);
    yield { number, bytes: bytes.subarray(at, at + length), varint: 0n };
    at += length;
  }
}

/** Numbers that repeat come packed into one field. */
function readRepeated(raw: Raw, kind: FieldKind): unknown[] {
  if (kind !== 'fixed64' && kind !== 'double') return [readOne(raw, kind)];
  const values: unknown[] = [];
  for (let at = 0; at < raw.bytes.length; at += 8) {
    values.push(readOne({ ...raw, bytes: raw.bytes.subarray(at, at + 8) }, kind));
  }
  return values;
}

function readOne({ bytes, varint }: Raw, kind: FieldKind): unknown {
  if (typeof kind === 'object') return decodeMessage(bytes, kind);
  const readers: Readonly<Record<Exclude<FieldKind, Schema>, () => unknown>> = {
    string: () => bytes.toString('utf8'),
    hex: () => bytes.toString('hex'),
    base64: () => bytes.toString('base64'),
    fixed64: () => bytes.readBigUInt64LE().toString(),
    fixed32: () => bytes.readUInt32LE(),
    double: () => bytes.readDoubleLE(),
    int64: () => BigInt.asIntN(64, varint).toString(),
    enum: () => Number(varint),
    bool: () => varint !== 0n,
  };
  return readers[kind]();
}
