import { EXPORTER_LOSS_REASONS, type LossReason, PROCESSOR_LOSS_REASONS } from '@vigil/conventions';
import type { LedgerSnapshot } from '@vigil/otlp-exporter/core';
import type { Oracle } from './oracle.ts';
import type { Traffic } from './traffic.ts';
import { Violation } from './violation.ts';

export interface InvariantParts {
  readonly oracle: Oracle;
  readonly traffic: Traffic;
  /** Whether a stop has begun, and whether a worker ever died. */
  readonly hasStopped: () => boolean;
  readonly hasDied: () => boolean;
  /** What the breaker of the worker that lives must be; undefined when none lives. */
  readonly expectedBreaker: () => 'closed' | 'open' | undefined;
}

const REASONS: readonly LossReason[] = [...PROCESSOR_LOSS_REASONS, ...EXPORTER_LOSS_REASONS];
const COUNTS = [
  'ended',
  'sampledOut',
  'accepted',
  'unconfirmed',
  'queued',
  'held',
  'inflight',
  'requests',
  'retries',
  'batches',
] as const;
/** These go up and down. */
const LEVELS: ReadonlySet<string> = new Set(['queued', 'held', 'inflight']);
const WIRE_REASONS = [
  'timeout',
  'bad_response',
  '3xx',
  '401',
  '403',
  '404',
  '413',
  '429',
  '4xx',
  '5xx',
  'ECONNREFUSED',
  'ECONNRESET',
  'dns',
  'tls',
] as const;

/** Compares the ledger with itself, with the past and with the oracle. Called after every event, so it allocates nothing. */
export class Invariants {
  readonly #parts: InvariantParts;
  #before: LedgerSnapshot | undefined;

  constructor(parts: InvariantParts) {
    this.#parts = parts;
  }

  check(ledger: LedgerSnapshot): void {
    for (const name of COUNTS) {
      this.#checkCount(name, ledger[name], LEVELS.has(name) ? undefined : this.#before?.[name]);
    }
    let lost = 0;
    for (const reason of REASONS) {
      const count = ledger.lost[reason];
      this.#checkCount(reason, count, this.#before?.lost[reason]);
      lost += count;
    }
    this.#checkSum(ledger, lost);
    this.#checkSink(ledger);
    this.#checkReasons(ledger);
    this.#checkBreaker(ledger);
    this.#before = ledger;
  }

  /** Nothing waits and nothing is on its way: every span has its place. */
  checkSettled(ledger: LedgerSnapshot): void {
    this.check(ledger);
    const { queued, inflight } = ledger;
    if (queued !== 0 || inflight !== 0)
      throw new Violation('conservation', `${queued} spans queued and ${inflight} in flight after the end`);
    const { receivedUnique } = this.#parts.oracle;
    if (receivedUnique > ledger.accepted + ledger.unconfirmed)
      throw new Violation(
        'conservation',
        `the collector has ${receivedUnique} spans, accepted are ${ledger.accepted}, unconfirmed ${ledger.unconfirmed}`,
      );
  }

  #checkCount(name: string, count: number, before: number | undefined): void {
    if (!Number.isInteger(count) || count < 0) throw new Violation('conservation', `${name} is ${count}`);
    if (before !== undefined && count < before)
      throw new Violation('conservation', `${name} went from ${before} to ${count}`);
  }

  #checkSum(ledger: LedgerSnapshot, lost: number): void {
    const { ended, sampledOut, accepted, unconfirmed, queued, inflight, held, queuedBytes, capacityBytes } = ledger;
    const sum = sampledOut + accepted + lost + unconfirmed + queued + inflight;
    if (ended !== sum)
      throw new Violation(
        'conservation',
        `${ended} ended, but ${sampledOut} sampled out + ${accepted} accepted + ${lost} lost + ${unconfirmed} unconfirmed + ${queued} queued + ${inflight} in flight = ${sum}`,
      );
    if (ended !== this.#parts.oracle.endedCount)
      throw new Violation('conservation', `${this.#parts.oracle.endedCount} spans ended, the ledger says ${ended}`);
    const waiting = queued - held;
    if (queuedBytes > capacityBytes)
      throw new Violation('bounds', `${queuedBytes} bytes in a ring of ${capacityBytes}`);
    if (waiting < 0 || (waiting === 0) !== (queuedBytes === 0))
      throw new Violation('conservation', `${waiting} spans are queued in ${queuedBytes} bytes of the ring`);
  }

  #checkSink({ accepted, unconfirmed, inflight }: LedgerSnapshot): void {
    const { receivedUnique, confirmed, sentUnique } = this.#parts.oracle;
    if (accepted + unconfirmed > sentUnique)
      throw new Violation(
        'conservation',
        `${accepted} are accepted and ${unconfirmed} unconfirmed, but only ${sentUnique} were ever sent`,
      );
    if (accepted > receivedUnique)
      throw new Violation('conservation', `${accepted} are accepted, the collector has ${receivedUnique}`);
    if (receivedUnique > accepted + unconfirmed + inflight)
      throw new Violation(
        'conservation',
        `the collector has ${receivedUnique}, accepted are ${accepted}, unconfirmed ${unconfirmed}, in flight ${inflight}`,
      );
    // A loop that was told to stop may be done when an answer still comes.
    const isLate = this.#parts.hasStopped() && confirmed > accepted && confirmed <= accepted + unconfirmed;
    if (accepted !== confirmed && !isLate)
      throw new Violation('conservation', `${accepted} are accepted, answers confirmed ${confirmed}`);
  }

  #checkBreaker({ breaker }: LedgerSnapshot): void {
    const expected = this.#parts.expectedBreaker();
    if (expected === undefined || (breaker === 'closed') === (expected === 'closed')) return;
    throw new Violation('breaker', `it is ${breaker}, by the answers that came it is ${expected}`);
  }

  #checkReasons({ lost }: LedgerSnapshot): void {
    const { traffic, hasStopped, hasDied } = this.#parts;
    for (const reason of WIRE_REASONS) {
      if (lost[reason] > 0 && !traffic.reasons.has(reason))
        throw new Violation('reasons', `${lost[reason]} spans lost by ${reason}, which the collector never gave`);
    }
    if (lost.rejected !== traffic.rejected)
      throw new Violation('reasons', `${lost.rejected} are counted as rejected, answers rejected ${traffic.rejected}`);
    if ((lost.shutdown_deadline > 0 || lost.already_shutdown > 0) && !hasStopped())
      throw new Violation('reasons', 'spans are lost by a shutdown that never was');
    if (lost.worker_crash > 0 && !hasDied()) throw new Violation('reasons', 'spans are lost by a crash that never was');
  }
}
