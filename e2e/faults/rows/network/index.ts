import type { FaultRow } from '../../row.ts';
import { awayRows } from './away.ts';
import { brokenRows } from './broken.ts';
import { refusingRows } from './refusing.ts';
import { silentRows } from './silent.ts';
import { strangeRows } from './strange.ts';

/** What can be wrong with a backend and the way to it: F1 to F18, F34, F35, F41. */
export const networkRows: readonly FaultRow[] = [
  ...awayRows,
  ...silentRows,
  ...refusingRows,
  ...strangeRows,
  ...brokenRows,
];
