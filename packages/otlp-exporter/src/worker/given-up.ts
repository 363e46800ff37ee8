import { readLedger } from '../ledger/read-ledger.ts';
import type { PipelineMemory } from '../ring/pipeline-memory.ts';

/** Spans that an end of the pipeline cost so far: those it left unsent, and those nobody waited for an answer for. */
export function givenUp(memory: PipelineMemory): number {
  const { lost, unconfirmed } = readLedger(memory);
  return lost.shutdown_deadline + lost.worker_crash + unconfirmed;
}
