import type { EncodeLimits } from './encode-limits.ts';
import { FULL, REFUSED, type WireWriter } from './wire-writer.ts';

/** Names a typed array truly, whatever its realm and whatever was done to the object. */
const typedArrayName = intrinsicGetter(Symbol.toStringTag);
const typedArrayLength = intrinsicGetter('length');

/** Tag and length of an empty value. */
const LEAST_ITEM = 2;

/** The same of an entry, its empty key and its empty value. */
const LEAST_ENTRY = 6;

/** Most bytes of a scalar that is not text: tag and ten bytes of a negative varint. */
const SCALAR_BYTES = 11;

/**
 * Writes the content of an OTLP `AnyValue`. Returns the position after it, FULL, or REFUSED for what OpenTelemetry's SDK
 * refuses as well: functions, symbols, bigints, instances of classes, circles, nesting beyond the limit. May throw what the
 * value's own getters and traps throw.
 */
export function writeAnyValue(
  writer: WireWriter,
  position: number,
  value: unknown,
  limits: EncodeLimits,
  depth: number,
): number {
  switch (typeof value) {
    case 'string':
      return writer.textField(position, 0x0a, value, limits.attributeValueLengthLimit);
    case 'number':
      return writeNumber(writer, position, value);
    case 'boolean':
      if (position + 2 > writer.limit) return FULL;
      writer.bytes[position] = 0x10;
      writer.bytes[position + 1] = value ? 1 : 0;
      return position + 2;
    case 'object':
      return value === null ? position : writeObject(writer, position, value, limits, depth);
    default:
      return REFUSED;
  }
}

/** Whole numbers that fit int64 are integers, everything else is a double: the rule of the SDK's serializer. */
export function writeNumber(writer: WireWriter, position: number, value: number): number {
  if (position + SCALAR_BYTES > writer.limit) return FULL;
  const bytes = writer.bytes;
  if (value >= 0 && value <= 0xffff_ffff && value === Math.floor(value)) {
    bytes[position] = 0x18;
    return writer.varint(position + 1, value);
  }
  if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63) {
    bytes[position] = 0x18;
    return writeInt64(writer, position + 1, value);
  }
  bytes[position] = 0x21;
  writer.view.setFloat64(position + 1, value, true);
  return position + 9;
}

/** Two's complement of a whole number within int64, as a varint of up to ten bytes. */
function writeInt64(writer: WireWriter, position: number, value: number): number {
  const bytes = writer.bytes;
  let high = Math.floor(value / 0x1_0000_0000);
  let low = value - high * 0x1_0000_0000;
  high >>>= 0;
  let at = position;
  while (high > 0 || low > 127) {
    bytes[at++] = (low & 127) | 128;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  bytes[at++] = low;
  return at;
}

function writeObject(writer: WireWriter, position: number, value: object, limits: EncodeLimits, depth: number): number {
  if (ArrayBuffer.isView(value)) {
    return typedArrayName.call(value) === 'Uint8Array'
      ? writeBytes(writer, position, value as Uint8Array, limits.attributeValueLengthLimit)
      : REFUSED;
  }
  if (depth >= limits.valueDepthLimit) return REFUSED;
  if (position + 2 > writer.limit) return FULL;
  const isList = Array.isArray(value);
  if (!isList && !isPlain(value)) return REFUSED;
  writer.bytes[position] = isList ? 0x2a : 0x32;
  const end = isList
    ? writeItems(writer, position + 2, value, limits, depth + 1)
    : writeEntries(writer, position + 2, value, limits, depth + 1);
  return end < 0 ? end : writer.close(position + 1, end);
}

function writeItems(
  writer: WireWriter,
  position: number,
  items: readonly unknown[],
  limits: EncodeLimits,
  depth: number,
): number {
  let at = position;
  const count = items.length;
  // Looking at each of two billion holes would take seconds.
  if (at + LEAST_ITEM * count > writer.limit) return FULL;
  for (let i = 0; i < count; i++) {
    if (at + 2 > writer.limit) return FULL;
    writer.bytes[at] = 0x0a;
    const item = items[i];
    // A hole keeps its place as an empty value: the others' indexes mean something.
    const end = item === undefined ? at + 2 : writeAnyValue(writer, at + 2, item, limits, depth);
    if (end < 0) return end;
    at = writer.close(at + 1, end);
    if (at < 0) return FULL;
    writer.reached = at;
  }
  return at;
}

function writeEntries(writer: WireWriter, position: number, map: object, limits: EncodeLimits, depth: number): number {
  let at = position;
  const keys = Object.keys(map);
  // Listing them was work, whether or not they fit.
  writer.reached = at + keys.length;
  if (at + LEAST_ENTRY * keys.length > writer.limit) return FULL;
  for (const key of keys) {
    const value = (map as Record<string, unknown>)[key];
    if (value === undefined) continue;
    at = writeKeyValue(writer, at, 0x0a, key, value, limits, depth);
    if (at < 0) return at;
    writer.reached = at;
  }
  return at;
}

/** Tag, length, `KeyValue`: the general way, for keys and values of any size. */
export function writeKeyValue(
  writer: WireWriter,
  position: number,
  tag: number,
  key: string,
  value: unknown,
  limits: EncodeLimits,
  depth: number,
): number {
  if (key.length > limits.attributeKeyLengthLimit) return REFUSED;
  if (position + 2 > writer.limit) return FULL;
  writer.bytes[position] = tag;
  const afterKey = writer.textField(position + 2, 0x0a, key, key.length);
  if (afterKey < 0 || afterKey + 2 > writer.limit) return FULL;
  writer.bytes[afterKey] = 0x12;
  const afterValue = writeAnyValue(writer, afterKey + 2, value, limits, depth);
  if (afterValue < 0) return afterValue;
  const end = writer.close(afterKey + 1, afterValue);
  return end < 0 ? FULL : writer.close(position + 1, end);
}

function writeBytes(writer: WireWriter, position: number, value: Uint8Array, most: number): number {
  const length = Math.min(typedArrayLength.call(value) as number, most);
  if (position + 6 + length > writer.limit) return FULL;
  writer.bytes[position] = 0x3a;
  const at = writer.varint(position + 1, length);
  // One by one: `set` would believe a length or a constructor that the object's owner has replaced.
  for (let i = 0; i < length; i++) writer.bytes[at + i] = value[i] as number;
  return at + length;
}

/** Its prototype is the root of a realm or nothing: everything else is an instance of some class. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || isRoot(prototype as object);
}

function isRoot(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'hasOwnProperty');
}

function intrinsicGetter(name: string | symbol): (this: unknown) => unknown {
  const descriptor = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), name);
  return descriptor?.get as (this: unknown) => unknown;
}
