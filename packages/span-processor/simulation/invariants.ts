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
}

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

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Compares the ledger with itself, with the past and with the oracle. Called after every event. */
export class Invariants {
  readonly #parts: InvariantParts;
  #before: LedgerSnapshot | undefined;

  constructor(parts: InvariantParts) {
    this.#parts = parts;
  }

  check(ledger: LedgerSnapshot): void {
    this.#checkSum(ledger);
    this.#checkGrowth(ledger);
    this.#checkSink(ledger);
    this.#checkReasons(ledger);
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

  #checkSum(ledger: LedgerSnapshot): void {
    const { ended, sampledOut, accepted, unconfirmed, queued, inflight, held } = ledger;
    const sum = sampledOut + accepted + sumOf(ledger.lost) + unconfirmed + queued + inflight;
    if (ended !== sum)
      throw new Violation(
        'conservation',
        `${ended} ended, but ${sampledOut} sampled out + ${accepted} accepted + ${sumOf(ledger.lost)} lost + ${unconfirmed} unconfirmed + ${queued} queued + ${inflight} in flight = ${sum}`,
      );
    if (ended !== this.#parts.oracle.endedCount)
      throw new Violation('conservation', `${this.#parts.oracle.endedCount} spans ended, the ledger says ${ended}`);
    const parts = { sampledOut, accepted, unconfirmed, queued, inflight, held, waiting: queued - held, ...ledger.lost };
    for (const [name, count] of Object.entries(parts)) {
      if (!Number.isInteger(count) || count < 0) throw new Violation('conservation', `${name} is ${count}`);
    }
    if (ledger.queuedBytes > ledger.capacityBytes)
      throw new Violation('bounds', `${ledger.queuedBytes} bytes in a ring of ${ledger.capacityBytes}`);
    if (queued - held === 0 && ledger.queuedBytes > 0)
      throw new Violation('conservation', `nothing is queued, but ${ledger.queuedBytes} bytes of the ring are in use`);
    if (queued - held > 0 && ledger.queuedBytes === 0)
      throw new Violation('conservation', `${queued - held} spans are queued in no bytes`);
  }

  #checkGrowth(ledger: LedgerSnapshot): void {
    const before = this.#before;
    if (before === undefined) return;
    for (const name of ['ended', 'sampledOut', 'accepted', 'unconfirmed', 'requests', 'retries', 'batches'] as const) {
      if (ledger[name] < before[name])
        throw new Violation('conservation', `${name} went from ${before[name]} to ${ledger[name]}`);
    }
    for (const [reason, count] of Object.entries(ledger.lost)) {
      const earlier = before.lost[reason as keyof typeof before.lost];
      if (count < earlier) throw new Violation('conservation', `lost by ${reason} went from ${earlier} to ${count}`);
    }
  }

  #checkSink({ accepted, unconfirmed, inflight }: LedgerSnapshot): void {
    const { receivedUnique, confirmed } = this.#parts.oracle;
    if (accepted > receivedUnique)
      throw new Violation('conservation', `${accepted} are accepted, the collector has ${receivedUnique}`);
    if (receivedUnique > accepted + unconfirmed + inflight)
      throw new Violation(
        'conservation',
        `the collector has ${receivedUnique}, accepted are ${accepted}, unconfirmed ${unconfirmed}, in flight ${inflight}`,
      );
    if (accepted !== confirmed)
      throw new Violation('conservation', `${accepted} are accepted, answers confirmed ${confirmed}`);
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
