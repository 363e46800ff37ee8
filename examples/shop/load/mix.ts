export const KINDS = ['browse', 'product', 'place order', 'order status'] as const;
export type Kind = (typeof KINDS)[number];

/** What a customer does, in percent of all requests. */
const SHARES: Readonly<Record<Kind, number>> = { browse: 40, product: 30, 'place order': 20, 'order status': 10 };

const LANES_PER_KIND = 5;
const LANE_RATE_MAX = 10;

/**
 * One autocannon run with `rate` connections, each of which sends one request a second. All of them send at the same
 * moment of the second, so lanes start at different moments.
 */
export interface Lane {
  readonly kind: Kind;
  readonly rate: number;
  readonly startAfterMillis: number;
}

/** Whole requests a second for each kind; together exactly `rate`, the largest remainders are rounded up. */
export function splitRate(rate: number): Record<Kind, number> {
  const exact = KINDS.map((kind) => ({ kind, share: (rate * SHARES[kind]) / 100 }));
  const rates = Object.fromEntries(exact.map(({ kind, share }) => [kind, Math.floor(share)])) as Record<Kind, number>;
  const missing = rate - exact.reduce((sum, { share }) => sum + Math.floor(share), 0);
  const byRemainder = exact.toSorted((a, b) => (b.share % 1) - (a.share % 1));
  for (const { kind } of byRemainder.slice(0, missing)) rates[kind] += 1;
  return rates;
}

/** Spreads each kind over lanes and their starts evenly over one second. */
export function planLanes(rate: number): Lane[] {
  const rates = splitRate(rate);
  const lanes = KINDS.flatMap((kind) => {
    const count = Math.max(Math.min(rates[kind], LANES_PER_KIND), Math.ceil(rates[kind] / LANE_RATE_MAX));
    return Array.from({ length: count }, (_, at) => {
      const laneRate = Math.floor(rates[kind] / count) + (at < rates[kind] % count ? 1 : 0);
      return { kind, rate: laneRate, order: at / count };
    });
  });
  // Lanes of one kind are far apart, so that no kind comes in bursts.
  return lanes
    .toSorted((a, b) => a.order - b.order)
    .map(({ kind, rate: laneRate }, at) => ({
      kind,
      rate: laneRate,
      startAfterMillis: Math.round((at * 1_000) / lanes.length),
    }));
}
