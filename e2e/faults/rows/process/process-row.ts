import type { FaultRow } from '../../row.ts';

type Given = Pick<FaultRow, 'id' | 'fault' | 'load' | 'expected' | 'typicalSeconds' | 'run'> & Partial<FaultRow>;

/** A row about the application's process: needs nothing of the machine, and is about Vigil, unless it says otherwise. */
export const processRow = (row: Given): FaultRow => ({ needs: [], subjects: ['vigil'], inSelection: false, ...row });
