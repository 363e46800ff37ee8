import type { BreakerState } from '../breaker/breaker.ts';
import type { TimerHandle } from '../clock.ts';
import { WorkerLedger } from '../ledger/worker-ledger.ts';
import { batchBytesOf, CONTROL, WAKE } from '../ring/pipeline-memory.ts';
import type { Signal } from '../transport/transport.ts';
import { callSafely } from './call-safely.ts';
import { CauseLog } from './cause-log.ts';
import {
  type ExportLoopOptions,
  type ResolvedLoopSettings,
  resolveLoopSettings,
  SIGNALS,
  type SubmissionOutcome,
} from './export-loop-options.ts';
import { FlushList } from './flush-list.ts';
import { Lane } from './lane.ts';
import { OriginGate } from './origin-gate.ts';
import { PathState } from './path-state.ts';
import { SpanSource } from './span-source.ts';
import { SubmissionSource } from './submission-source.ts';

/** Before the end of a drain: attempts are over by then, so that their outcome, not a guess, is counted. */
const DRAIN_RESERVE_MILLIS = 50;
/** Callers that wait for one drain; a host has one. */
const DRAINS_MAXIMUM = 64;

/**
 * The consuming end of the pipeline: takes batches of spans from the ring and submitted bodies of metrics and logs, and brings
 * each to an outcome in the ledger. The same code runs in the worker, on the application's thread where workers cannot start,
 * and in the simulator: it knows only the clock, timers, random numbers, transport, compressor and log it is given.
 *
 * All is driven from one place: whatever happens, `#turn` looks at every lane again and sets one timer for the next thing due.
 * No method throws or blocks.
 */
export class ExportLoop {
  readonly #options: ExportLoopOptions;
  readonly #settings: ResolvedLoopSettings;
  readonly #control: Int32Array;
  readonly #ledger: WorkerLedger;
  readonly #causes: CauseLog;
  readonly #spans: SpanSource;
  readonly #submissions: Readonly<Record<'metrics' | 'logs', SubmissionSource>>;
  readonly #origins = new Map<string, OriginGate>();
  readonly #lanes: readonly Lane[];
  readonly #batchBytes: number;
  readonly #flushes = new FlushList();
  #drains: (() => void)[] = [];
  #drainUntilMillis = Number.POSITIVE_INFINITY;
  #transportClosed = false;
  #running = true;
  #turning = false;
  #again = false;
  #firstLane = 0;
  #timer: TimerHandle | undefined;

  /**
   * Begins at once: what waits in the ring of the memory is found without a call.
   *
   * @throws RangeError that names every setting out of its range.
   */
  constructor(options: ExportLoopOptions) {
    this.#options = options;
    this.#settings = resolveLoopSettings(options);
    this.#control = new Int32Array(options.memory.control);
    this.#ledger = new WorkerLedger(options.memory);
    this.#causes = new CauseLog(options.clock, options.log);
    const { limits } = this.#settings;
    this.#batchBytes = batchBytesOf(options.memory, limits.batchBytes);
    this.#spans = new SpanSource(options.memory, this.#ledger, { ...limits, batchBytes: this.#batchBytes });
    const submissions = (name: string) =>
      new SubmissionSource(name, limits.submittedBytesMaximum, () => this.#ledger.batch());
    this.#submissions = { metrics: submissions('data points'), logs: submissions('log records') };
    this.#lanes = SIGNALS.map((signal) => this.#lane(signal));
    this.#turn();
  }

  /** The producer's notification arrived, or the host wants the loop to look again. */
  wake(): void {
    this.#turn();
  }

  /**
   * Queues one finished request body and calls `settled` once with what became of it: never before this returns, except when the
   * queue is full (`queue_full`, `breaker_open`) or the loop has ended (`already_shutdown`).
   *
   * @param items data points or log records in the body.
   */
  submit(
    signal: 'metrics' | 'logs',
    body: Uint8Array,
    items: number,
    settled: (outcome: SubmissionOutcome) => void,
  ): void {
    if (this.#running && this.#submissions[signal].submit(body, items, settled)) {
      this.#turn();
      return;
    }
    const breaker = this.#origins.get(this.#settings.signals[signal].origin)?.breaker;
    const fullReason = breaker === 'closed' ? 'queue_full' : 'breaker_open';
    callSafely(() => settled({ kind: 'lost', reason: this.#running ? fullReason : 'already_shutdown' }));
  }

  /**
   * Sends what is queued now without waiting for its age. `settled` is called once: with `true` when all of it has an outcome,
   * with `false` as soon as it cannot be sent within a second (open breaker, `Retry-After`, refused path).
   */
  flush(settled: (complete: boolean) => void): void {
    if (!this.#running) {
      callSafely(() => settled(false));
      return;
    }
    const { metrics, logs } = this.#submissions;
    this.#flushes.add({ traces: this.#spans.writePosition, metrics: metrics.submitted, logs: logs.submitted }, settled);
    this.#turn();
  }

  /**
   * Sends what it can within `timeoutMillis`, counts the rest as `shutdown_deadline` or `unconfirmed`, ends for good and calls
   * `settled`: early when nothing is left or nothing can be sent any more. An open breaker gets one last probe. Close the pipe
   * before. A second drain only shortens the first.
   */
  drain(timeoutMillis: number, settled: () => void): void {
    if (!this.#running) {
      callSafely(settled);
      return;
    }
    const now = this.#options.clock.monotonicMillis();
    if (this.#drains.length === 0) for (const origin of this.#origins.values()) origin.lastChance(now);
    if (this.#drains.length < DRAINS_MAXIMUM) this.#drains.push(settled);
    this.#drainUntilMillis = Math.min(this.#drainUntilMillis, now + (Number.isNaN(timeoutMillis) ? 0 : timeoutMillis));
    this.#turn();
  }

  #lane(signal: Signal): Lane {
    const { transport, compress, clock, random } = this.#options;
    const { signals, breaker, limits } = this.#settings;
    const settings = signals[signal];
    const path = new PathState({ bodyBytes: limits.batchBytes, pauseMillis: limits.pathPauseMillis, random });
    return new Lane({
      signal,
      source: signal === 'traces' ? this.#spans : this.#submissions[signal],
      origin: this.#origin(settings.origin),
      path,
      ledger: this.#ledger,
      transport,
      compress,
      clock,
      causes: this.#causes,
      contentEncoding: settings.contentEncoding,
      timeoutMillis: settings.timeoutMillis,
      attemptsMaximum: limits.attemptsMaximum,
      slowCallMillis: breaker.slowCallMillis,
      changed: () => this.#turn(),
    });
  }

  #origin(origin: string): OriginGate {
    const known = this.#origins.get(origin);
    if (known !== undefined) return known;
    const { breaker, backOff, signals } = this.#settings;
    const changed = (from: BreakerState['name'], to: BreakerState['name'], why: string) => {
      // Spans alone wait in shared memory, so only their origin's state is told to the application's thread.
      if (origin === signals.traces.origin) this.#ledger.breaker(to, to === 'open' ? 1 : 0);
      this.#ledger.publish();
      if (to === 'half_open' || from === to) return;
      const isOpen = to === 'open';
      this.#causes.report(`breaker ${isOpen ? 'opened' : 'closed'} ${origin}`.trimEnd(), 0, '', isOpen ? why : '');
    };
    const gate = new OriginGate({ breaker, backOff, random: this.#options.random, changed });
    this.#origins.set(origin, gate);
    return gate;
  }

  /** Looks at everything, as often as something came in while it looked. */
  #turn(): void {
    this.#again = true;
    if (this.#turning) return;
    this.#turning = true;
    try {
      while (this.#again && this.#running) {
        this.#again = false;
        this.#look();
      }
    } catch (error) {
      this.#running = false;
      callSafely(() => this.#options.failed(error));
      this.#stop();
    } finally {
      this.#turning = false;
    }
  }

  #look(): void {
    if (!this.#ledger.alive) {
      // Somebody settled this worker: what it still holds is counted, another loop has the ring.
      this.#stop();
      return;
    }
    const now = this.#options.clock.monotonicMillis();
    Atomics.store(this.#control, CONTROL.wake, WAKE.never);
    for (const origin of this.#origins.values()) origin.tick(now);
    const attemptsEnd = this.#drainUntilMillis - DRAIN_RESERVE_MILLIS;
    if (now >= attemptsEnd && !this.#transportClosed) {
      this.#transportClosed = true;
      this.#options.transport.close();
    }
    const hurry = this.#hurry;
    // What came in first: a lane must not start an attempt beside the answer that makes all of them wait.
    for (const lane of this.#lanes) lane.settle(now);
    // Another lane goes first each time, so that a single probe is not always the same signal's.
    this.#firstLane = (this.#firstLane + 1) % this.#lanes.length;
    for (let i = 0; i < this.#lanes.length; i++) {
      this.#lanes[(this.#firstLane + i) % this.#lanes.length]?.step(now, hurry, attemptsEnd);
    }
    if (this.#again) return;
    this.#flushes.answer(now, this.#lanes, (signal, mark) => this.#isPast(signal, mark));
    if (this.#drained(now, attemptsEnd)) this.#finish();
    else if (!this.#again) this.#sleep(now, attemptsEnd);
  }

  get #hurry(): boolean {
    return !this.#flushes.isEmpty || this.#drains.length > 0;
  }

  #isPast(signal: Signal, mark: number): boolean {
    return signal === 'traces' ? this.#spans.settledUpTo(mark) : this.#submissions[signal].settled >= mark;
  }

  #drained(now: number, attemptsEnd: number): boolean {
    if (this.#drains.length === 0) return false;
    if (now >= this.#drainUntilMillis) return true;
    return this.#lanes.every((lane) => {
      const isEmpty = lane.idle && lane.dueAtMillis(now, true) === Number.POSITIVE_INFINITY;
      return isEmpty || (!lane.busy && (now >= attemptsEnd || lane.blockedUntilMillis() >= attemptsEnd));
    });
  }

  /** Sets the one timer, and says what the producer may wake the loop for; then looks once more, as it may have come meanwhile. */
  #sleep(now: number, attemptsEnd: number): void {
    const hurry = this.#hurry;
    if (now >= attemptsEnd) {
      // Only outcomes are awaited, and each of them comes as an event.
      this.#setTimer(this.#drainUntilMillis, now);
      return;
    }
    // Once, before the timer: a span that comes after this finds `anything`, or a timer that was set for those before it.
    const isEmpty = this.#spans.waitingBytes === 0;
    let wakeAt = attemptsEnd;
    for (const origin of this.#origins.values()) wakeAt = Math.min(wakeAt, origin.tickAtMillis());
    for (const lane of this.#lanes) wakeAt = Math.min(wakeAt, lane.wakeAtMillis(now, hurry));
    this.#setTimer(wakeAt, now);
    const lane = this.#lanes[0];
    if (lane === undefined || !lane.idle) return;
    if (isEmpty) {
      Atomics.store(this.#control, CONTROL.wake, WAKE.anything);
      if (this.#spans.waitingBytes > 0) this.#again = true;
    } else if (lane.blockedUntilMillis() <= now) {
      Atomics.store(this.#control, CONTROL.wake, WAKE.batch);
      if (this.#spans.waitingBytes >= this.#batchBytes) this.#again = true;
    }
  }

  #setTimer(wakeAt: number, now: number): void {
    const { timers } = this.#options;
    if (this.#timer !== undefined) timers.clear(this.#timer);
    this.#timer = undefined;
    if (wakeAt === Number.POSITIVE_INFINITY) return;
    this.#timer = timers.set(() => this.#turn(), Math.max(1, Math.ceil(wakeAt - now)));
  }

  #finish(): void {
    this.#running = false;
    for (const lane of this.#lanes) lane.abandon();
    this.#causes.sayRest();
    this.#stop();
  }

  /** Never runs again. Spans not counted yet are left to whoever settles the worker's block. */
  #stop(): void {
    this.#running = false;
    this.#setTimer(Number.POSITIVE_INFINITY, 0);
    if (!this.#transportClosed) this.#options.transport.close();
    this.#transportClosed = true;
    for (const source of [this.#submissions.metrics, this.#submissions.logs]) source.abandon(true, 'worker_crash');
    this.#flushes.giveUp();
    const drains = this.#drains;
    this.#drains = [];
    for (const settled of drains) callSafely(settled);
  }
}
