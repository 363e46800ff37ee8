import type { Outcome } from './outcome.ts';

/** Runs something and says what came of it. */
export type Stage = () => Promise<Outcome[]>;

/** One stage after the other; when `isOver` says so, no further one. */
export const inTurn =
  (stages: readonly Stage[], isOver: () => boolean): Stage =>
  async () => {
    const outcomes: Outcome[] = [];
    for (const stage of stages) {
      if (isOver()) break;
      outcomes.push(...(await stage()));
    }
    return outcomes;
  };

/** All at the same time. Their outcomes are in the order of the stages. */
export const besideEachOther =
  (stages: readonly Stage[]): Stage =>
  async () =>
    (await Promise.all(stages.map((stage) => stage()))).flat();
