/** What one encoded span may hold. Lengths are UTF-16 code units of strings, as everywhere in OpenTelemetry, and bytes of byte arrays. */
export interface EncodeLimits {
  /**
   * Bytes of one encoded span. Attributes, events and links that would go beyond are left out and counted in the span's
   * dropped counts; a span whose fixed part alone is larger is refused as `OVERSIZE`. Default 65,536; 1,024 to 4,194,304.
   */
  readonly spanBytes: number;
  /** A longer string or byte array is cut, at any depth of a value. Default 8,192; at least 1. */
  readonly attributeValueLengthLimit: number;
  /** An attribute with a longer key is dropped and counted: cut keys could collide. Default 512; at least 1. */
  readonly attributeKeyLengthLimit: number;
  /** Longer names of spans, events, scopes are cut. Default 1,024; at least 1. */
  readonly nameLengthLimit: number;
  /** A longer status message is cut. Default 4,096; at least 1. */
  readonly statusMessageLengthLimit: number;
  /** A longer tracestate loses its last members, as a whole. Default 512, what W3C asks everyone to carry; at least 1. */
  readonly traceStateLengthLimit: number;
  /** An attribute that nests arrays and maps deeper, or in a circle, is dropped and counted. Default 32; 1 to 100. */
  readonly valueDepthLimit: number;
}

export const DEFAULT_ENCODE_LIMITS: EncodeLimits = {
  spanBytes: 65_536,
  attributeValueLengthLimit: 8_192,
  attributeKeyLengthLimit: 512,
  nameLengthLimit: 1_024,
  statusMessageLengthLimit: 4_096,
  traceStateLengthLimit: 512,
  valueDepthLimit: 32,
};

const RANGES: Record<keyof EncodeLimits, readonly [number, number]> = {
  spanBytes: [1_024, 4_194_304],
  attributeValueLengthLimit: [1, 4_194_304],
  attributeKeyLengthLimit: [1, 65_536],
  nameLengthLimit: [1, 65_536],
  statusMessageLengthLimit: [1, 65_536],
  traceStateLengthLimit: [1, 65_536],
  valueDepthLimit: [1, 100],
};

/**
 * Fills in the defaults; `undefined` means the default.
 *
 * @throws RangeError that names every value out of its range.
 */
export function resolveEncodeLimits(limits: Partial<EncodeLimits> = {}): EncodeLimits {
  const resolved = { ...DEFAULT_ENCODE_LIMITS };
  const problems: string[] = [];
  for (const name of Object.keys(RANGES) as (keyof EncodeLimits)[]) {
    const value: unknown = limits[name] ?? DEFAULT_ENCODE_LIMITS[name];
    const [least, most] = RANGES[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
      resolved[name] = value;
    } else {
      problems.push(`${name}: expected an integer from ${least} to ${most}, got ${String(value)}`);
    }
  }
  if (problems.length > 0) throw new RangeError(`span encoder: ${problems.join('; ')}`);
  return resolved;
}
