import type { AttemptOutcome, LedgerSnapshot, Signal } from '@vigil/otlp-exporter/core';
import { ExpectedBreaker, type ExpectedBreakerOptions, type Judgement } from './expected-breaker.ts';
import type { Request, TrafficMonitor } from './model-collector.ts';
import type { Oracle } from './oracle.ts';
import { Violation } from './violation.ts';

export interface TrafficLimits {
  readonly breaker: ExpectedBreakerOptions;
  readonly attempts: number;
  readonly attemptMillis: number;
  readonly bodyBytes: number;
  readonly slowMillis: number;
  /** Retries allowed beyond one in ten requests. */
  readonly retryBurst: number;
  readonly retryAfterMillisMaximum: number;
  /** No wait after a retryable failure is shorter. */
  readonly backOffMillis: number;
  /** Requests in ten minutes without one success. */
  readonly deadRequests: number;
}

const TEN_MINUTES = 600_000;
const WATCHDOG_MILLIS = 500;
const PREEMPTION_MILLIS = 500;
const FINAL_FAILURES = new Set<string>(['tls', 'bad_response']);
const RETRYABLE = new Set([429, 502, 503, 504]);
const OF_THE_PATH = new Set([401, 403, 404, 413]);

interface Body {
  attempts: number;
  /** Why it must not be sent again. */
  final: string | undefined;
  lastSettledAt: number;
}

/** Watches the wire from outside: what is sent, when, how often, and what must not be. Knows nothing of the loop's insides. */
export class Traffic implements TrafficMonitor {
  readonly #limits: TrafficLimits;
  readonly #oracle: Oracle;
  readonly #now: () => number;
  readonly #ledger: () => LedgerSnapshot;
  readonly #wallMillis: () => number;
  #life = -1;
  #breaker: ExpectedBreaker;
  #bodies = new Map<string, Body>();
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
  #retries = 0;
  #requests = 0;
  /** No request of any signal before this moment: by a `Retry-After`, or by the shortest wait after a failure. */
  #notBefore = 0;
  /** Requests since the last success, for the bound against a dead collector. */
  #fruitless: number[] = [];
  /** The last success: for the liveness half. */
  acceptedAt = -1;
  /** A life that ended gives a new one requests of its own. */
  #livesInWindow: number[] = [];

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

  get retries(): number {
    return this.#retries;
  }

  sent(request: Request): void {
    if (request.life !== this.#life) this.#begin(request.life);
    this.#giveUpLane(request.signal);
    this.#open.add(request);
    this.#checkShape(request);
    this.#checkLane(request);
    this.#checkBody(request);
    this.#breaker.sent(request.id, this.#now());
    this.#checkBudget();
    this.#checkFruitless();
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
    const judgement = isUnclear || this.#hasOverdue ? 'unsure' : this.#judge(request, outcome);
    this.#breaker.settled(request.id, judgement, now);
    if (judgement !== 'failure') this.#fruitless = [];
    if (judgement !== 'success') this.troubleAt = now;
    this.#sawReason(outcome);
    const body = this.#bodies.get(request.bodyHash) as Body;
    body.lastSettledAt = now;
    const wait = this.#waitAfter(outcome);
    if (wait > 0) this.#notBefore = Math.max(this.#notBefore, now + wait);
    this.troubleAt = Math.max(this.troubleAt, this.#notBefore);
    if (outcome.kind === 'failed' && outcome.maybeAccepted) {
      for (const { number } of request.spans) this.#oracle.known(number).maybe = true;
    }
    if (outcome.kind === 'answered' && !isUnclear) this.#answered(request, outcome, rejected, body);
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

  #sawReason(outcome: AttemptOutcome): void {
    if (outcome.kind === 'failed') {
      this.reasons.add(outcome.reason);
      return;
    }
    const { statusCode } = outcome;
    this.reasons.add(String(statusCode));
    const hundreds = Math.floor(statusCode / 100);
    if (hundreds >= 3 && hundreds <= 5) this.reasons.add(`${hundreds}xx`);
    else if (hundreds !== 2) this.reasons.add('bad_response');
  }

  #begin(life: number): void {
    this.#life = life;
    this.#judgedMillis = this.#ledger().requestMillis;
    this.#breaker = new ExpectedBreaker(this.#limits.breaker);
    this.#bodies = new Map();
    this.#lanes.clear();
    this.#open.clear();
    this.#notBefore = 0;
    this.#livesInWindow.push(this.#now());
  }

  #answered(request: Request, outcome: AttemptOutcome & { kind: 'answered' }, rejected: number, body: Body): void {
    const { statusCode } = outcome;
    if (statusCode >= 200 && statusCode < 300) {
      body.final = `it was accepted with ${statusCode}`;
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
    if (!RETRYABLE.has(statusCode) && !OF_THE_PATH.has(statusCode)) body.final = `${statusCode} refused it for good`;
    if (statusCode === 413) body.final = '413 found it too large';
  }

  #judge(request: Request, outcome: AttemptOutcome): Judgement {
    const beyond = this.#now() - request.sentAt - this.#limits.slowMillis;
    if (outcome.kind === 'failed' || beyond > 0) return 'failure';
    const { statusCode } = outcome;
    // The loop reads its clock before it sends, and again after the answer came: it may see a longer time than the wire.
    if (beyond > -PREEMPTION_MILLIS) return 'unsure';
    if (statusCode >= 500 || statusCode < 200 || statusCode === 429) return 'failure';
    return statusCode < 300 ? 'success' : 'neutral';
  }

  /** How long nothing may be sent at least. A failure that a retry does not cure asks for no wait. */
  #waitAfter(outcome: AttemptOutcome): number {
    if (outcome.kind === 'failed') return FINAL_FAILURES.has(outcome.reason) ? 0 : this.#limits.backOffMillis;
    if (!RETRYABLE.has(outcome.statusCode)) return 0;
    return Math.max(this.#limits.backOffMillis, this.#retryAfterMillis(outcome.retryAfter));
  }

  /** What the header surely demands; 0 where a parser may read it either way. */
  #retryAfterMillis(value: string | undefined): number {
    if (value === undefined) return 0;
    const maximum = this.#limits.retryAfterMillisMaximum;
    if (/^\d{1,9}$/.test(value)) return Math.min(maximum, Number(value) * 1_000);
    if (!/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/.test(value)) return 0;
    const date = Date.parse(value);
    return Number.isNaN(date) ? 0 : Math.min(maximum, Math.max(0, date - this.#wallMillis()));
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
    for (const request of [...this.#open]) {
      if (request.signal === signal && this.#isOverdue(request))
        this.#settle(request, { kind: 'failed', reason: 'timeout', maybeAccepted: true }, 0);
    }
  }

  #checkLane({ id, signal }: Request): void {
    const other = this.#lanes.get(signal);
    if (other !== undefined) throw new Violation('bounds', `request ${id} while request ${other} of ${signal} is open`);
    this.#lanes.set(signal, id);
    const early = this.#notBefore - this.#now();
    if (early > 1.5)
      throw new Violation('budget', `request ${id} ${early.toFixed(0)} ms before a wait is over that all share`);
  }

  #checkBody({ id, bodyHash, spans }: Request): void {
    const body = this.#bodies.get(bodyHash) ?? { attempts: 0, final: undefined, lastSettledAt: -1 };
    this.#bodies.set(bodyHash, body);
    body.attempts += 1;
    if (body.attempts > this.#limits.attempts)
      throw new Violation('budget', `request ${id} is attempt ${body.attempts} of the same body`);
    if (body.final !== undefined) throw new Violation('budget', `request ${id} repeats a body although ${body.final}`);
    if (body.attempts > 1) {
      // A probe is the breaker's business, not the budget's.
      if (!this.#breaker.isOpen && !this.#breaker.isUnsure) this.#retries += 1;
      if (this.#now() - body.lastSettledAt <= 0)
        throw new Violation('budget', `request ${id} repeats its body without any pause`);
    }
    this.#requests += 1;
    for (const { number } of spans) {
      if (this.#oracle.known(number).confirmed)
        throw new Violation('conservation', `request ${id} sends span ${number} again, which was accepted`);
    }
  }

  #checkBudget(): void {
    const allowed = this.#requests * 0.1 + this.#limits.retryBurst * (1 + this.#livesInWindow.length);
    if (this.#retries > allowed)
      throw new Violation(
        'budget',
        `${this.#retries} retries among ${this.#requests} requests, at most ${allowed} are allowed`,
      );
  }

  #checkFruitless(): void {
    const now = this.#now();
    this.#fruitless = [...this.#fruitless.filter((at) => at > now - TEN_MINUTES), now];
    this.#livesInWindow = this.#livesInWindow.filter((at) => at > now - TEN_MINUTES);
    // A worker that starts anew has a closed breaker: its first failures come on top.
    const allowed = this.#limits.deadRequests + 12 * Math.max(0, this.#livesInWindow.length - 1);
    if (this.#fruitless.length > allowed)
      throw new Violation('budget', `${this.#fruitless.length} requests without one success in ten minutes`);
  }
}
