import { PAIR_FAULTS, type PairFault, SUSPENDED } from './pair-fault.ts';

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
 * Different pairs of faults, each fault as often first as any other, patterns in turn; the same ones for the same seed. What is
 * suspended cannot be told to stop, so that is never second while it stops.
 */
export function choosePairs(seed: number, count: number): FaultPair[] {
  const random = seeded(seed);
  const faults = PAIR_FAULTS.length;
  const order = PAIR_FAULTS.map((fault) => ({ fault, at: random() })).toSorted((a, b) => a.at - b.at);
  const chosen = new Map<string, FaultPair>();
  const most = Math.min(count, (faults * (faults - 1)) / 2);
  for (let turn = 0; chosen.size < most; turn += 1) {
    const first = order[turn % faults]?.fault;
    const second = PAIR_FAULTS[Math.floor(random() * faults)];
    if (first === undefined || second === undefined || first === second) continue;
    const pattern = PATTERNS[chosen.size % PATTERNS.length] ?? 'at once';
    const key = [first.name, second.name].toSorted().join();
    if (chosen.has(key) || (pattern === 'second while it stops' && second === SUSPENDED)) continue;
    chosen.set(key, { first, second, pattern });
  }
  return [...chosen.values()];
}
