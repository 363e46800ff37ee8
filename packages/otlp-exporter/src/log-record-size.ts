/** Longer texts of a record are cut: what a program logs can be of any length, and the collector refuses what is too long. */
export const TEXT_MAXIMUM = 65_536;
/** A record that is larger than this after its texts were cut is not taken. */
export const RECORD_BYTES_MAXIMUM = 262_144;
/** Stands for a record that cannot be taken. */
export const TOO_LARGE = -1;

const RECORD_BYTES = 200;
const VALUE_BYTES = 16;
/** Values inside one record that are looked at; a record of more is too large. */
const VALUES_MAXIMUM = 4_096;

/** What is looked at of a log record. */
export interface SizedLogRecord {
  body?: unknown;
  readonly attributes: object;
}

/**
 * Cuts a record's body and text attributes to 65,536 characters and says what the record takes in bytes, roughly; `TOO_LARGE`
 * above 256 KiB or 4,096 values. One that throws when it is looked at is left to the encoder. Linear in the record, never throws.
 */
export function fitLogRecord(record: SizedLogRecord): number {
  try {
    const { body } = record;
    if (typeof body === 'string' && body.length > TEXT_MAXIMUM) record.body = cutText(body);
    const attributes = record.attributes as Record<string, unknown>;
    for (const key of Object.keys(attributes)) {
      const value = attributes[key];
      if (typeof value === 'string' && value.length > TEXT_MAXIMUM) attributes[key] = cutText(value);
    }
    const bytes = RECORD_BYTES + bytesOf([record.body, attributes]);
    return bytes <= RECORD_BYTES_MAXIMUM ? bytes : TOO_LARGE;
  } catch {
    return RECORD_BYTES_MAXIMUM;
  }
}

/** Without half of a surrogate pair at its end. */
function cutText(text: string): string {
  const last = text.charCodeAt(TEXT_MAXIMUM - 1);
  const cut = text.slice(0, last >= 0xd800 && last < 0xdc00 ? TEXT_MAXIMUM - 1 : TEXT_MAXIMUM);
  // A copy: V8 keeps the whole text alive for as long as a slice of it is there.
  return Buffer.from(cut, 'utf16le').toString('utf16le');
}

/** Without recursion, so that depth cannot exhaust the stack, and with a bound, so that width and cycles cannot take time. */
function bytesOf(root: unknown[]): number {
  let bytes = 0;
  let seen = 0;
  const open = root;
  while (open.length > 0) {
    const value = open.pop();
    seen += 1;
    bytes += VALUE_BYTES;
    if (seen > VALUES_MAXIMUM || bytes > RECORD_BYTES_MAXIMUM) return Number.POSITIVE_INFINITY;
    if (typeof value === 'string') bytes += value.length;
    else if (ArrayBuffer.isView(value)) bytes += value.byteLength;
    else if (typeof value === 'object' && value !== null) {
      const parts: unknown[] = Array.isArray(value) ? value : Object.values(value);
      if (parts.length > VALUES_MAXIMUM) return Number.POSITIVE_INFINITY;
      for (const part of parts) open.push(part);
    }
  }
  return bytes;
}
