import { type Life, measureLife } from './process-life.ts';
import type { ProcessSample } from './sample.ts';

/** What has to be run in every round: a variant with one way of loading modules. */
export type Contender = Pick<Life, 'variant' | 'module' | 'entries'>;

export interface RoundsOptions {
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  readonly conditions: Omit<Life, keyof Contender | 'round'>;
  /** No process is started after this, on `performance.now`'s clock; unfinished rounds count as far as they came. Default: never. */
  readonly endMillis?: number;
  /** A sample, or the reason why there is none. */
  readonly progress: (round: number, contender: Contender, outcome: ProcessSample | string) => void;
}

/** Every round begins with another one, and every other round goes backwards: nobody is always behind the same neighbour. */
export function orderOf<Item>(items: readonly Item[], round: number): Item[] {
  const at = items.length === 0 ? 0 : round % items.length;
  const rotated = [...items.slice(at), ...items.slice(0, at)];
  return round % 2 === 0 ? rotated : rotated.reverse();
}

/**
 * Rounds in which everybody takes a turn, each turn a fresh process. A turn that fails is reported and left out; interrupted,
 * it returns what there is. Never throws.
 */
export async function runRounds(options: RoundsOptions): Promise<ProcessSample[]> {
  const { contenders, rounds, conditions, endMillis = Number.POSITIVE_INFINITY, progress } = options;
  const samples: ProcessSample[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of orderOf(contenders, round)) {
      if (performance.now() > endMillis) return samples;
      if (conditions.signal.aborted) return samples;
      try {
        const sample = await measureLife({ ...conditions, ...contender, round });
        samples.push(sample);
        progress(round, contender, sample);
      } catch (error) {
        if (conditions.signal.aborted) return samples;
        progress(round, contender, error instanceof Error ? error.message : String(error));
      }
    }
  }
  return samples;
}
