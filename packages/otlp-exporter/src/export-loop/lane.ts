import type { ExporterLossReason } from '@vigil/conventions';
import { readPartialSuccess } from '../answer/partial-success.ts';
import type { Clock } from '../clock.ts';
import type { WorkerLedger } from '../ledger/worker-ledger.ts';
import { parseRetryAfter } from '../retry/retry-after.ts';
import type { AttemptOutcome, Signal, Transport } from '../transport/transport.ts';
import type { CauseLog } from './cause-log.ts';
import type { Compress, ContentEncoding } from './export-loop-options.ts';
import type { OriginGate } from './origin-gate.ts';
import type { PartSource } from './part-source.ts';
import type { PathState } from './path-state.ts';
import { verdictOf } from './verdict.ts';

/** A transport that has not settled by then has broken its word; the attempt is over all the same. */
const WATCHDOG_MILLIS = 500;
/** Compressing a batch takes milliseconds; a compressor that says nothing for so long is not waited for. */
const PACKING_MILLIS = 2_000;

export interface LaneOptions {
  readonly signal: Signal;
  readonly source: PartSource;
  readonly origin: OriginGate;
  readonly path: PathState;
  readonly ledger: WorkerLedger;
  readonly transport: Transport;
  readonly compress: Compress;
  readonly clock: Clock;
  readonly causes: CauseLog;
  readonly contentEncoding: ContentEncoding;
  readonly timeoutMillis: number;
  readonly attemptsMaximum: number;
  readonly slowCallMillis: number;
  /** Something came in from outside: look at all lanes again. */
  readonly changed: () => void;
}

const NOTHING = new Uint8Array(0);

type LaneState = 'idle' | 'packing' | 'ready' | 'sending';

/** One signal's way out: one body at a time, from its source through compression and attempts to its outcome. */
export class Lane {
  readonly #options: LaneOptions;
  #state: LaneState = 'idle';
  #body: Uint8Array = NOTHING;
  #encoding: ContentEncoding;
  #attempts = 0;
  /** Names what is awaited; whatever comes in under an older number is too late and changes nothing. */
  #awaited = 0;
  #deadlineMillis = 0;
  #startedAtMillis = 0;
  #generation = 0;
  #outcome: AttemptOutcome | undefined;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get signal(): Signal {
    return this.#options.signal;
  }

  /** Whether nothing is in hand. */
  get idle(): boolean {
    return this.#state === 'idle';
  }

  /** Whether an answer, of the transport or the compressor, is awaited. */
  get busy(): boolean {
    return this.#state === 'packing' || this.#state === 'sending';
  }

  /** See `PartSource`. */
  dueAtMillis(nowMillis: number, hurry: boolean): number {
    return this.#options.source.dueAtMillis(nowMillis, hurry);
  }

  /** Takes in the outcome of the attempt on its way, if there is one. */
  settle(nowMillis: number): void {
    if (this.#state === 'sending') this.#judge(nowMillis);
  }

  /** Goes on as far as is possible now. `endMillis`: monotonic, no attempt may last beyond it. */
  step(nowMillis: number, hurry: boolean, endMillis: number): void {
    for (;;) {
      if (this.#state === 'sending') {
        if (!this.#judge(nowMillis)) return;
      } else if (nowMillis >= endMillis) {
        return;
      } else if (this.#state === 'packing') {
        if (nowMillis < this.#deadlineMillis) return;
        this.#packed(undefined);
      } else if (this.#state === 'ready') {
        if (this.#gateMillis() > nowMillis) return;
        this.#send(nowMillis, endMillis);
      } else if (this.wakeAtMillis(nowMillis, hurry) > nowMillis || !this.#load(nowMillis)) {
        return;
      }
    }
  }

  /** Monotonic time at which `step` has something to do by itself; `Infinity` when only an event can help. */
  wakeAtMillis(nowMillis: number, hurry: boolean): number {
    if (this.#state === 'packing' || this.#state === 'sending') return this.#deadlineMillis;
    const gate = this.#gateMillis();
    return this.#state === 'ready' ? gate : Math.max(this.#options.source.dueAtMillis(nowMillis, hurry), gate);
  }

  /** Until when nothing can be sent; in the past while something is on its way or may go. */
  blockedUntilMillis(): number {
    return this.#state === 'idle' || this.#state === 'ready' ? this.#gateMillis() : Number.NEGATIVE_INFINITY;
  }

  /** Final: counts what is in hand and what waits. */
  abandon(): void {
    const { source, signal, causes } = this.#options;
    const onItsWay = this.#state === 'sending';
    this.#awaited += 1;
    this.#done();
    const items = source.abandon(onItsWay, 'shutdown_deadline');
    if (items > 0) causes.report(`${signal}: shutdown_deadline`, items, `${source.itemsName} not delivered`);
  }

  #gateMillis(): number {
    const { path, origin } = this.#options;
    return Math.max(path.pausedUntilMillis, origin.mayAttemptAtMillis());
  }

  #load(nowMillis: number): boolean {
    const { source, path, compress, contentEncoding, changed } = this.#options;
    const body = source.load(path.bodyBytes(nowMillis));
    if (body === undefined) return false;
    this.#body = body;
    this.#encoding = undefined;
    this.#attempts = 0;
    if (contentEncoding === undefined) {
      this.#state = 'ready';
      return true;
    }
    this.#state = 'packing';
    this.#deadlineMillis = nowMillis + PACKING_MILLIS;
    this.#awaited += 1;
    const awaited = this.#awaited;
    try {
      compress(body, contentEncoding, (bytes) => {
        if (awaited !== this.#awaited || this.#state !== 'packing') return;
        this.#packed(bytes);
        changed();
      });
    } catch {
      // Compressors do not throw; for one that does the body goes as it is.
      if (this.#state === 'packing') this.#packed(undefined);
    }
    return true;
  }

  #packed(bytes: Uint8Array | undefined): void {
    if (bytes !== undefined) {
      this.#body = bytes;
      this.#encoding = this.#options.contentEncoding;
    }
    this.#state = 'ready';
  }

  #send(nowMillis: number, endMillis: number): void {
    const { source, origin, ledger, transport, signal, timeoutMillis, changed } = this.#options;
    const isRetry = this.#attempts > 0;
    if (!origin.pay(isRetry)) {
      this.#giveUp('retry_budget');
      return;
    }
    this.#attempts += 1;
    this.#generation = origin.started(nowMillis);
    this.#startedAtMillis = nowMillis;
    const deadlineMillis = Math.max(1, Math.min(timeoutMillis, endMillis - nowMillis));
    this.#deadlineMillis = nowMillis + deadlineMillis + WATCHDOG_MILLIS;
    this.#outcome = undefined;
    this.#state = 'sending';
    this.#awaited += 1;
    const awaited = this.#awaited;
    ledger.request(this.#body.length, isRetry);
    source.sending();
    // Settled in this very moment: the spans are counted, and sending them now would make that wrong.
    if (!ledger.publish()) return;
    const attempt = { signal, body: this.#body, contentEncoding: this.#encoding, deadlineMillis };
    try {
      transport.send(attempt, (outcome) => {
        if (awaited !== this.#awaited || this.#outcome !== undefined) return;
        this.#outcome = outcome;
        changed();
      });
    } catch {
      // Transports do not throw; from one that does nobody knows how far it came.
      this.#outcome = { kind: 'failed', reason: 'network', maybeAccepted: true };
    }
  }

  /** @returns false when there is no outcome yet. */
  #judge(nowMillis: number): boolean {
    const outcome = this.#outcome ?? this.#overdue(nowMillis);
    if (outcome === undefined) return false;
    this.#awaited += 1;
    const { source, origin, ledger, path, clock, slowCallMillis } = this.#options;
    const duration = nowMillis - this.#startedAtMillis;
    ledger.answered(duration);
    const verdict = verdictOf(outcome);
    const maybeAccepted = outcome.kind === 'failed' && outcome.maybeAccepted;
    const isSlow = outcome.kind === 'answered' && duration > slowCallMillis;
    const health = (otherwise: 'success' | 'failure' | 'neutral') => {
      const why = 'reason' in verdict ? verdict.reason : '';
      origin.settled(this.#generation, isSlow ? 'failure' : otherwise, nowMillis, isSlow ? 'slow answers' : why);
    };
    if (verdict.kind !== 'accepted') source.notConfirmed(maybeAccepted);
    switch (verdict.kind) {
      case 'accepted':
        health('success');
        path.accepted();
        this.#accepted(outcome);
        return true;
      case 'retry':
        health('failure');
        origin.backOff(parseRetryAfter(verdict.retryAfter, clock.epochMillis()), nowMillis);
        this.#retry(verdict.reason);
        return true;
      case 'refused':
        health(verdict.breaker);
        this.#giveUp(verdict.reason);
        return true;
      case 'path_refused':
        health('neutral');
        this.#giveUp(verdict.reason, path.refused(nowMillis));
        return true;
      case 'too_large':
        health('neutral');
        this.#tooLarge(nowMillis);
        return true;
    }
  }

  #overdue(nowMillis: number): AttemptOutcome | undefined {
    return nowMillis < this.#deadlineMillis ? undefined : { kind: 'failed', reason: 'timeout', maybeAccepted: true };
  }

  #accepted(outcome: AttemptOutcome): void {
    const { source, signal, causes } = this.#options;
    const { rejected, message } =
      outcome.kind === 'answered'
        ? readPartialSuccess(signal, outcome.contentType, outcome.body)
        : { rejected: 0, message: '' };
    const refused = source.accepted(rejected);
    this.#done();
    if (refused > 0 || message !== '') {
      causes.report(
        `${signal}: partly rejected`,
        refused,
        `${source.itemsName} rejected: ${message || 'no reason given'}`,
      );
    }
  }

  #retry(reason: ExporterLossReason): void {
    if (this.#attempts >= this.#options.attemptsMaximum) this.#giveUp(reason);
    else this.#state = 'ready';
  }

  #tooLarge(nowMillis: number): void {
    const { source, path } = this.#options;
    const bytes = source.putBack();
    if (bytes === undefined) {
      path.singleTooLarge(nowMillis);
      this.#giveUp('413');
      return;
    }
    path.tooLarge(bytes, nowMillis);
    this.#done();
  }

  #giveUp(reason: ExporterLossReason, say = true): void {
    const { source, signal, causes } = this.#options;
    const { items, itemsName } = source;
    const outcome = source.gaveUp(reason);
    this.#done();
    if (say) causes.report(`${signal}: ${reason}`, items, `${itemsName} ${outcome}`);
  }

  #done(): void {
    this.#state = 'idle';
    this.#body = NOTHING;
  }
}
