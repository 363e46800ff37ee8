import { type Core, noPinning } from '../../../bench/measure/pinning.ts';
import type { Effort } from '../row.ts';

/** Where processes run: the application's threads on one core, load and sink on another, so that they do not cost it time. */
export interface Cores {
  readonly application: Core;
  readonly others: Core;
}

const ANYWHERE: Cores = { application: undefined, others: undefined };
const APART: Cores = { application: 0, others: 1 };

/** Apart where times are judged and the machine can; elsewhere a second core is worth more. */
export function coresOf({ judgesTimes }: Effort): Cores {
  return judgesTimes && noPinning() === undefined ? APART : ANYWHERE;
}

/** For programs that are started by a launcher of their own. */
export const launcherOn = (core: Core): readonly string[] =>
  core === undefined ? [] : ['taskset', '--cpu-list', String(core)];
