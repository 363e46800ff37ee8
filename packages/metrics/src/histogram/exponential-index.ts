/** The finest and the coarsest scale; at −10 two buckets hold every number there is. */
export const MAX_SCALE = 20;
export const MIN_SCALE = -10;

/** The smallest normal number: what is below it counts as it. */
const MIN_NORMAL = 2 ** -1022;
const MIN_NORMAL_EXPONENT = -1022;
const MAX_NORMAL_EXPONENT = 1023;

/** Buckets' widths by scale, as factors of the natural logarithm. */
const SCALE_FACTORS = Array.from({ length: MAX_SCALE + 1 }, (_, scale) => Math.LOG2E * 2 ** scale);

const bits = new DataView(new ArrayBuffer(8));

/**
 * The exponential bucket of a number above 0: the one whose bounds are 2^(index / 2^scale), exclusive, and 2^((index + 1) / 2^scale),
 * inclusive. As OpenTelemetry's data model says: by logarithm where buckets are finer than powers of two, else by the exponent.
 */
export function exponentialIndex(value: number, scale: number): number {
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  const exponent = ((high & 0x7ff0_0000) >> 20) - 1_023;
  const isPowerOfTwo = (high & 0xf_ffff) === 0 && bits.getUint32(4) === 0;
  if (scale <= 0) {
    if (value < MIN_NORMAL) return (MIN_NORMAL_EXPONENT - 1) >> -scale;
    // Upper bounds belong to their bucket.
    return (isPowerOfTwo ? exponent - 1 : exponent) >> -scale;
  }
  if (value <= MIN_NORMAL) return MIN_NORMAL_EXPONENT * 2 ** scale - 1;
  if (isPowerOfTwo) return exponent * 2 ** scale - 1;
  const index = Math.floor(Math.log(value) * (SCALE_FACTORS[scale] as number));
  return Math.min(index, (MAX_NORMAL_EXPONENT + 1) * 2 ** scale - 1);
}
