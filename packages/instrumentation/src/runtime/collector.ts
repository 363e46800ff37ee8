import type { MetricRegistry } from '@vigil/metrics';
import type { NodeProcess } from './node-process.ts';

/** What a collector is given. */
export interface Collecting {
  readonly metrics: MetricRegistry;
  readonly process: NodeProcess;
  /** Monotonic. */
  readonly nowMillis: () => number;
}

/** Begins to collect some metrics of one kind. May throw at the start; what runs later does not. Returns what ends it. */
export type Collector = (collecting: Collecting) => () => void;

/** Makes one ending of several. One that fails does not keep the others from ending. */
export function all(...endings: readonly (() => void)[]): () => void {
  return () => {
    for (const end of endings) {
      try {
        end();
      } catch {
        // Whoever switches off wants everything off; what is left of one collector is a metric more.
      }
    }
  };
}
