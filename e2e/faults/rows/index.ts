import type { NotMade } from '../report/docs.ts';
import { byCatalogue } from '../report/result.ts';
import type { FaultRow } from '../row.ts';
import { networkRows } from './network/index.ts';
import { pairRows } from './pairs/index.ts';
import { PROCESS_ROWS } from './process/index.ts';
import { STACK_ROWS } from './stack/index.ts';

/** Every row of the bed, in the order of the catalogue; the pairs follow from the seed. */
export const allRows = (seed: number): readonly FaultRow[] =>
  [...networkRows, ...PROCESS_ROWS, ...STACK_ROWS, ...pairRows(seed)].toSorted(byCatalogue);

/** What is not made anywhere in the bed. */
export const NOT_MADE: readonly NotMade[] = [];
