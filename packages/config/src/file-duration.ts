const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;

/** What a duration in vigil.yaml looks like: one whole number and one of Prometheus' units. */
export const DURATION = /^(\d+)(s|m|h|d|w)$/;

/**
 * Reads a duration such as `10m` in seconds; `0s` is zero.
 *
 * @throws RangeError when the text is no duration: a programmer error, for the schema has checked what came from a file.
 */
export function durationSeconds(duration: string): number {
  const [, amount, unit] = DURATION.exec(duration) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new RangeError(`expected a duration such as "10m", got "${duration}"`);
  }
  return Number(amount) * SECONDS[unit as keyof typeof SECONDS];
}
