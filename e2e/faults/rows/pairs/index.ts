import type { FaultRow } from '../../row.ts';
import { choosePairs } from './choose-pairs.ts';
import { pairRow } from './pair-row.ts';

const PAIRS = 66;

/** F52: pairs of faults, drawn by a seed. */
export const pairRows = (seed: number): readonly FaultRow[] => choosePairs(seed, PAIRS).map(pairRow);
