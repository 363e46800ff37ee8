import { PAIR_FAULTS, type PairFault } from './pair-fault.ts';

/** When the second fault comes. */
export const PATTERNS = ['at once', 'second while it recovers', 'second while it stops'] as const;
export type Pattern = (typeof PATTERNS)[number];

export interface FaultPair {
  readonly first: PairFault;
  readonly second: PairFault;
  readonly pattern: Pattern;
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Different pairs of faults, patterns in turn; the same ones for the same seed. A suspended application cannot be told to
 * stop, so what suspends it is never second while it stops.
 */
export function choosePairs(seed: number, count: number): FaultPair[] {
  const random = seeded(seed);
  const chosen = new Map<string, FaultPair>();
  const most = (PAIR_FAULTS.length * (PAIR_FAULTS.length - 1)) / 2;
  const draw = () => Math.floor(random() * PAIR_FAULTS.length);
  while (chosen.size < Math.min(count, most)) {
    const [one, other] = [draw(), draw()];
    const [first, second] = [PAIR_FAULTS[one], PAIR_FAULTS[other]];
    if (first === undefined || second === undefined || one === other) continue;
    const key = [Math.min(one, other), Math.max(one, other)].join();
    const pattern = PATTERNS[chosen.size % PATTERNS.length] ?? 'at once';
    if (
      chosen.has(key) ||
      (pattern === 'second while it stops' && second.kind === 'process' && second.name.startsWith('app'))
    )
      continue;
    chosen.set(key, { first, second, pattern });
  }
  return [...chosen.values()];
}
