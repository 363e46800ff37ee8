import { BREAKER_BUGS } from './breaker-bugs.ts';
import { LEDGER_BUGS } from './ledger-bugs.ts';
import { LIFE_CYCLE_BUGS } from './life-cycle-bugs.ts';
import type { PlantedBug } from './planted-bug.ts';
import { RETENTION_BUGS } from './retention-bugs.ts';
import { RETRY_BUGS } from './retry-bugs.ts';
import { RING_BUGS } from './ring-bugs.ts';

/** Mistakes the simulator has to find, or it proves nothing. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...LEDGER_BUGS,
  ...RING_BUGS,
  ...BREAKER_BUGS,
  ...RETRY_BUGS,
  ...LIFE_CYCLE_BUGS,
  ...RETENTION_BUGS,
];
