import type { ExporterLossReason } from '@vigil/conventions';

/** Where a lane gets request bodies from, and where their outcome is counted. A lane has one part in hand at a time. */
export interface PartSource {
  /** How the items of this signal are called in a log line. */
  readonly itemsName: string;
  /** Items of the part in hand. */
  readonly items: number;
  /**
   * Monotonic time from which something should be sent: `-Infinity` for at once, `Infinity` when there is nothing.
   *
   * @param hurry whether somebody waits for the queue to become empty.
   */
  dueAtMillis(nowMillis: number, hurry: boolean): number;
  /** Takes the next part in hand and returns its request body of about `limitBytes` at most; nothing when there is none. */
  load(limitBytes: number): Uint8Array | undefined;
  /** The part's bytes may leave as soon as the ledger is published. */
  sending(): void;
  /** An attempt ended without confirmation; `maybeAccepted`: the receiver may have the part all the same. */
  notConfirmed(maybeAccepted: boolean): void;
  /** Final: the receiver has the part, but for `rejected` of its items. @returns the items it can have rejected at most. */
  accepted(rejected: number): number;
  /** Final: given up; `unconfirmed` where any attempt may have been accepted, else lost. */
  gaveUp(reason: ExporterLossReason): 'unconfirmed' | 'lost';
  /** Puts the part back to be loaded smaller. @returns its size, as `limitBytes` counts it; nothing when it is one item. */
  putBack(): number | undefined;
  /**
   * Final for everything, in hand or waiting.
   *
   * @param onItsWay the part in hand has an attempt without an outcome.
   * @returns how many items had no outcome before.
   */
  abandon(onItsWay: boolean, reason: 'shutdown_deadline' | 'worker_crash'): number;
}
