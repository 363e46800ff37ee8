/** What stands for "this value cannot be recorded"; a symbol never is a value itself. */
export const UNRECORDABLE: unique symbol = Symbol('unrecordable');

/** Deeper values cannot be shown by anything, and a stack has an end. */
const DEPTH_MAXIMUM = 64;
/** Values of one attribute, nested ones counted: 16,000 strings took 8 to 15 ms to copy, these stay below 1. */
const VALUES_MAXIMUM = 1_024;
/** Bytes of one byte array that are kept, for the same reason. */
const BYTES_MAXIMUM = 65_536;

/** Nested values still allowed for the attribute at hand. Module state instead of an argument: copying is synchronous. */
let valuesLeft = 0;

/**
 * The value as it is at this moment, cut to the length limit: strings, numbers and booleans themselves, of arrays, plain
 * objects and byte arrays a copy. `UNRECORDABLE` for what OpenTelemetry has no type for (undefined, bigint, symbol,
 * function, class instances, cycles, more than 64 levels or 1,024 values). Never throws.
 */
export function recordableValue(value: unknown, lengthLimit: number): unknown {
  if (typeof value === 'string') return cutText(value, lengthLimit);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object') return UNRECORDABLE;
  try {
    valuesLeft = VALUES_MAXIMUM;
    return copyOf(value, lengthLimit, 0);
  } catch {
    return UNRECORDABLE;
  }
}

/** Like `recordableValue` for places that take only strings, numbers, booleans and arrays of one of them. Never throws. */
export function recordableSimpleValue(value: unknown, lengthLimit: number): unknown {
  if (typeof value === 'string') return cutText(value, lengthLimit);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  try {
    if (!Array.isArray(value)) return UNRECORDABLE;
    // Read once: a hostile length may differ at the second reading.
    const length = value.length;
    if (length > VALUES_MAXIMUM) return UNRECORDABLE;
    const copy: unknown[] = [];
    let type = '';
    for (let index = 0; index < length; index += 1) {
      const element: unknown = value[index];
      const kept = typeof element === 'string' ? cutText(element, lengthLimit) : element;
      if (kept !== null && kept !== undefined) {
        if (type === '') type = typeof kept;
        const simple = type === 'string' || type === 'number' || type === 'boolean';
        if (typeof kept !== type || !simple) return UNRECORDABLE;
      }
      copy.push(kept);
    }
    return copy;
  } catch {
    return UNRECORDABLE;
  }
}

/** A text that is longer than its part by more is worth a copy of the part. */
const WORTH_COPYING = 1_024;

/** Cuts without leaving half of a surrogate pair. */
export function cutText(text: string, lengthLimit: number): string {
  if (text.length <= lengthLimit) return text;
  const last = text.charCodeAt(lengthLimit - 1);
  const cut = text.substring(0, last >= 0xd800 && last < 0xdc00 ? lengthLimit - 1 : lengthLimit);
  if (text.length - cut.length <= WORTH_COPYING) return cut;
  // V8 keeps the whole text alive for as long as a part of it is there; a part of a joined text is one of that new, short text.
  return ` ${cut}`.slice(1);
}

function copyOf(value: object, lengthLimit: number, depth: number): unknown {
  if (value instanceof Uint8Array) return bytesOf(value, Math.min(lengthLimit, BYTES_MAXIMUM));
  // A cycle is a value without end: the depth limit ends it.
  if (depth === DEPTH_MAXIMUM) return UNRECORDABLE;
  if (Array.isArray(value)) return arrayOf(value, lengthLimit, depth);
  const maker: unknown = value.constructor;
  if (maker !== Object && maker !== undefined) return UNRECORDABLE;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const element: unknown = (value as Record<string, unknown>)[key];
    if (element === undefined) continue;
    const kept = elementOf(element, lengthLimit, depth);
    if (kept === UNRECORDABLE) return UNRECORDABLE;
    if (key === '__proto__') Object.defineProperty(copy, key, { value: kept, enumerable: true });
    else copy[key] = kept;
  }
  return copy;
}

/** A copy on memory of its own: `slice` of a Buffer would share it. */
function bytesOf(value: Uint8Array, bytesMaximum: number): Uint8Array {
  return new Uint8Array(value.buffer, value.byteOffset, Math.min(value.length, bytesMaximum)).slice();
}

function arrayOf(value: readonly unknown[], lengthLimit: number, depth: number): unknown {
  const copy: unknown[] = [];
  const length = value.length;
  if (length > valuesLeft) return UNRECORDABLE;
  for (let index = 0; index < length; index += 1) {
    const element = value[index];
    const kept = element === undefined ? undefined : elementOf(element, lengthLimit, depth);
    if (kept === UNRECORDABLE) return UNRECORDABLE;
    copy.push(kept);
  }
  return copy;
}

function elementOf(element: unknown, lengthLimit: number, depth: number): unknown {
  valuesLeft -= 1;
  if (valuesLeft < 0) return UNRECORDABLE;
  if (typeof element === 'string') return cutText(element, lengthLimit);
  if (typeof element === 'number' || typeof element === 'boolean' || element === null) return element;
  if (typeof element !== 'object') return UNRECORDABLE;
  return copyOf(element, lengthLimit, depth + 1);
}
