import type { SubmissionOutcome } from '../export-loop/export-loop-options.ts';
import type { Settled } from './export-host.ts';

/** Bodies of metrics and logs handed over and not settled; beyond, new ones are refused as `queue_full`. */
const PENDING_MAXIMUM_BYTES = 8 * 1024 * 1024;

interface Pending {
  readonly bytes: number;
  readonly settled: Settled;
}

/** The main thread's list of what the worker still owes an answer for. */
export class PendingSubmissions {
  readonly #pending = new Map<number, Pending>();
  #bytes = 0;
  #lastId = 0;

  /** @returns the number under which the answer will come, or nothing when too much is waiting. */
  add(bytes: number, settled: Settled): number | undefined {
    if (this.#bytes + bytes > PENDING_MAXIMUM_BYTES) return undefined;
    this.#bytes += bytes;
    this.#lastId += 1;
    this.#pending.set(this.#lastId, { bytes, settled });
    return this.#lastId;
  }

  /** Never throws; an answer for what is settled already is ignored. */
  settle(id: number, outcome: SubmissionOutcome): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.#bytes -= pending.bytes;
    settleSafely(pending.settled, outcome);
  }

  settleAllBut(ids: ReadonlySet<number>, outcome: SubmissionOutcome): void {
    for (const id of [...this.#pending.keys()]) if (!ids.has(id)) this.settle(id, outcome);
  }

  /** Takes one off the list without an answer: somebody else will give it. */
  take(id: number): Settled | undefined {
    const pending = this.#pending.get(id);
    if (pending === undefined) return undefined;
    this.#pending.delete(id);
    this.#bytes -= pending.bytes;
    return pending.settled;
  }
}

/** A callback is other people's code. */
export function settleSafely(settled: Settled, outcome: SubmissionOutcome): void {
  try {
    settled(outcome);
  } catch {
    // Whoever wants to know what became of it has to survive the answer; the export goes on.
  }
}
