import type { AttemptOutcome, LedgerSnapshot, Signal } from '@vigil/otlp-exporter/core';
import { judge, OF_THE_PATH, RETRYABLE, reasonsOf, type WaitLimits, waitAfter } from './answer-meaning.ts';
import { ExpectedBreaker, type ExpectedBreakerOptions } from './expected-breaker.ts';
import type { Request, TrafficMonitor } from './model-collector.ts';
import type { Oracle } from './oracle.ts';
import { RequestBudget, type RequestLimits } from './request-budget.ts';
import { Violation } from './violation.ts';

export interface TrafficLimits extends WaitLimits, RequestLimits {
  readonly breaker: ExpectedBreakerOptions;
  readonly attemptMillis: number;
  readonly bodyBytes: number;
  readonly slowMillis: number;
}

const WATCHDOG_MILLIS = 500;
const PREEMPTION_MILLIS = 500;

/** Watches the wire from outside: what is sent, when, how often, and what must not be. Knows nothing of the loop's insides. */
export class Traffic implements TrafficMonitor {
  readonly #limits: TrafficLimits;
  readonly #oracle: Oracle;
  readonly #now: () => number;
  readonly #ledger: () => LedgerSnapshot;
  readonly #wallMillis: () => number;
  #life = -1;
  #breaker: ExpectedBreaker;
  readonly #budget: RequestBudget;
  readonly #lanes = new Map<Signal, number>();
  readonly #open = new Set<Request>();
  /** Durations of all requests with an outcome: what the ledger must say as well. */
  #judgedMillis = 0;
  /** Reasons the wire has given for a loss, in the ledger's words. */
  readonly reasons = new Set<string>();
  rejected = 0;
  /** What the last answer confirmed and rejected: it counts for nothing when the worker dies before it is published. */
  #lastConfirmed = 0;
  #lastRejected = 0;
  /** No request of any signal before this moment: by a `Retry-After`, or by the shortest wait after a failure. */
  #notBefore = 0;
  /** The last success: for the liveness half. */
  acceptedAt = -1;

  constructor(
    limits: TrafficLimits,
    oracle: Oracle,
    now: () => number,
    wallMillis: () => number,
    ledger: () => LedgerSnapshot,
  ) {
    this.#limits = limits;
    this.#oracle = oracle;
    this.#now = now;
    this.#ledger = ledger;
    this.#wallMillis = wallMillis;
    this.#breaker = new ExpectedBreaker(limits.breaker);
    this.#budget = new RequestBudget(limits, now);
  }

  /**
   * After a stall the loop may give up a request by its own watchdog right before the answer reaches it; the ledger's sum of
   * durations tells. The answer then changes nothing any more.
   */
  noticeWatchdog(): void {
    const overdue = [...this.#open].filter((request) => this.#isOverdue(request));
    if (overdue.length === 0 || this.#ledger().requestMillis - this.#judgedMillis < WATCHDOG_MILLIS) return;
    for (const request of overdue) this.#settle(request, { kind: 'failed', reason: 'timeout', maybeAccepted: true }, 0);
  }

  get #hasOverdue(): boolean {
    for (const request of this.#open) if (this.#isOverdue(request)) return true;
    return false;
  }

  /** The loop may have given it up by itself, or is about to. */
  #isOverdue({ sentAt, attempt }: Request): boolean {
    return this.#now() >= sentAt + attempt.deadlineMillis + WATCHDOG_MILLIS - PREEMPTION_MILLIS;
  }

  /** The worker dies while it works on an answer: what it has not published yet is unconfirmed to everybody else. */
  died(): void {
    const { accepted, lost } = this.#ledger();
    const isUnpublished =
      accepted === this.#oracle.confirmed - this.#lastConfirmed && lost.rejected === this.rejected - this.#lastRejected;
    if (!isUnpublished) return;
    this.#oracle.confirmed -= this.#lastConfirmed;
    this.rejected -= this.#lastRejected;
    this.#lastConfirmed = 0;
    this.#lastRejected = 0;
  }

  sent(request: Request): void {
    if (request.life !== this.#life) this.#begin(request.life);
    this.#giveUpLane(request.signal);
    this.#open.add(request);
    this.#checkShape(request);
    this.#checkLane(request);
    this.#checkRepeated(request);
    this.#budget.sent(request, this.#breaker.isOpen || this.#breaker.isUnsure);
    this.#breaker.sent(request.id, this.#now());
  }

  settled(request: Request, outcome: AttemptOutcome, rejected: number): void {
    this.noticeWatchdog();
    if (request.life !== this.#life || !this.#open.has(request)) return;
    // Nobody can tell which came first to the loop, this answer or its watchdog.
    const isUnclear = outcome.kind === 'answered' && request.signal !== 'traces' && this.#isOverdue(request);
    this.#settle(request, outcome, rejected, isUnclear);
  }

  answered(): void {
    // The loop's clock sees a little more than the wire does; a whole deadline more is another request it gave up meanwhile.
    const ahead = this.#ledger().requestMillis - this.#judgedMillis;
    if (ahead > 0 && ahead < WATCHDOG_MILLIS + PREEMPTION_MILLIS) this.#judgedMillis += ahead;
    this.#lastConfirmed = 0;
    this.#lastRejected = 0;
  }

  #settle(request: Request, outcome: AttemptOutcome, rejected: number, isUnclear = false): void {
    const now = this.#now();
    this.#open.delete(request);
    this.#judgedMillis += now - request.sentAt;
    this.#lanes.delete(request.signal);
    // After a stall the loop takes several outcomes at once, in an order of its own.
    const beyondSlow = now - request.sentAt - this.#limits.slowMillis;
    const judgement = isUnclear || this.#hasOverdue ? 'unsure' : judge(outcome, beyondSlow, PREEMPTION_MILLIS);
    this.#breaker.settled(request.id, judgement, now);
    this.#budget.settled(request, judgement === 'failure');
    if (judgement !== 'success') this.troubleAt = now;
    for (const reason of reasonsOf(outcome)) this.reasons.add(reason);
    const wait = waitAfter(outcome, this.#wallMillis(), this.#limits);
    if (wait > 0) this.#notBefore = Math.max(this.#notBefore, now + wait);
    this.troubleAt = Math.max(this.troubleAt, this.#notBefore);
    if (outcome.kind === 'failed' && outcome.maybeAccepted) {
      for (const { number } of request.spans) this.#oracle.known(number).maybe = true;
    }
    if (outcome.kind === 'answered' && !isUnclear) this.#answered(request, outcome, rejected);
  }

  /** The process ends: an open breaker may probe once more, at once. */
  lastChance(): void {
    this.#breaker.lastChance();
  }

  /** What the breaker of this life must be; a life that has sent nothing begins with a closed one. */
  expectedBreaker(life: number): 'closed' | 'open' | undefined {
    if (life === this.#life && (this.#breaker.isUnsure || this.#hasOverdue)) return undefined;
    return life === this.#life && this.#breaker.isOpen ? 'open' : 'closed';
  }

  /** The last outcome that was no quick success, and no moment before the end of a wait the collector asked for. */
  troubleAt = Number.NEGATIVE_INFINITY;

  /** No request is on its way. */
  get isIdle(): boolean {
    return this.#open.size === 0;
  }

  /** Until when the collector asked to be left alone, whatever the signal. */
  get quietUntil(): number {
    return this.#notBefore;
  }

  #begin(life: number): void {
    this.#life = life;
    this.#judgedMillis = this.#ledger().requestMillis;
    this.#breaker = new ExpectedBreaker(this.#limits.breaker);
    this.#budget.beginLife();
    this.#lanes.clear();
    this.#open.clear();
    this.#notBefore = 0;
  }

  #answered(request: Request, outcome: AttemptOutcome & { kind: 'answered' }, rejected: number): void {
    const { statusCode } = outcome;
    if (statusCode >= 200 && statusCode < 300) {
      this.#budget.close(request, `it was accepted with ${statusCode}`);
      const isTraces = request.signal === 'traces';
      this.#lastConfirmed = isTraces ? request.spans.length - rejected : 0;
      // What is rejected now, and may have been taken the first time, is neither: unconfirmed.
      const isUnclear = request.spans.some(({ number }) => this.#oracle.known(number).maybe);
      this.#lastRejected = isTraces && !isUnclear ? rejected : 0;
      this.#oracle.confirmed += this.#lastConfirmed;
      this.rejected += this.#lastRejected;
      for (const { number } of request.spans) this.#oracle.known(number).confirmed = true;
      this.acceptedAt = this.#now();
      return;
    }
    if (!RETRYABLE.has(statusCode) && !OF_THE_PATH.has(statusCode))
      this.#budget.close(request, `${statusCode} refused it for good`);
    if (statusCode === 413) this.#budget.close(request, '413 found it too large');
  }

  #checkShape({ id, attempt }: Request): void {
    const { attemptMillis, bodyBytes } = this.#limits;
    if (!(attempt.deadlineMillis > 0 && attempt.deadlineMillis <= attemptMillis))
      throw new Violation(
        'budget',
        `request ${id} has ${attempt.deadlineMillis} ms, at most ${attemptMillis} are allowed`,
      );
    if (attempt.body.length > bodyBytes)
      throw new Violation('bounds', `request ${id} of ${attempt.body.length} bytes, at most ${bodyBytes} are allowed`);
  }

  /** Of metrics and logs the ledger does not tell at once; the next request of the lane does. */
  #giveUpLane(signal: Signal): void {
    const notBefore = this.#notBefore;
    for (const request of [...this.#open]) {
      if (request.signal !== signal || !this.#isOverdue(request)) continue;
      this.#settle(request, { kind: 'failed', reason: 'timeout', maybeAccepted: true }, 0);
      this.#budget.settledBefore(request);
    }
    // The wait began when the loop gave it up, which was before this.
    this.#notBefore = notBefore;
  }

  #checkLane({ id, signal }: Request): void {
    const other = this.#lanes.get(signal);
    if (other !== undefined) throw new Violation('bounds', `request ${id} while request ${other} of ${signal} is open`);
    this.#lanes.set(signal, id);
    const early = this.#notBefore - this.#now();
    if (early > 1.5)
      throw new Violation('budget', `request ${id} ${early.toFixed(0)} ms before a wait is over that all share`);
  }

  #checkRepeated({ id, spans }: Request): void {
    for (const { number } of spans) {
      if (this.#oracle.known(number).confirmed)
        throw new Violation('conservation', `request ${id} sends span ${number} again, which was accepted`);
    }
  }
}
