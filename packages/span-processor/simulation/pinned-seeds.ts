export interface PinnedSeed {
  readonly seed: number;
  /** What it found. */
  readonly what: string;
}

/**
 * Seeds that once failed. A seed keeps its run only as long as the simulator draws as it did, so what it found is also a planted
 * bug where the code under test was wrong.
 */
export const PINNED_SEEDS: readonly PinnedSeed[] = [];
