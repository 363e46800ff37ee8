import type { MessagePort, Worker } from 'node:worker_threads';
import type { TimerHandle } from '../clock.ts';
import { CauseLog } from '../export-loop/cause-log.ts';
import { abandonQueue, settleWorker } from '../ledger/settle-worker.ts';
import type { PipelineMemory } from '../ring/pipeline-memory.ts';
import type { AttemptReport } from '../transport/timed-transport.ts';
import type { ExportHost, Settled } from './export-host.ts';
import type { ExportPlatform } from './export-platform.ts';
import type { ExportSettings } from './export-settings.ts';
import { PendingSubmissions, settleSafely } from './pending-submissions.ts';
import { RestartBudget } from './restart-budget.ts';
import { createNotifier } from './wait-for-notify.ts';
import { type FromWorker, STOPPED, STOPPED_WORD, type ToWorker } from './worker-message.ts';

/** The worker ends by itself this long before the main thread stops waiting for it. */
const ANSWER_MILLIS = 50;

export interface WorkerHostOptions {
  readonly platform: ExportPlatform;
  readonly memory: PipelineMemory;
  readonly settings: ExportSettings;
  readonly log: (line: string) => void;
  /** Must not throw. */
  readonly attempted: (attempt: AttemptReport) => void;
  /** The first worker ended before it could work: there is no worker to be had here. Called at most once, with all that waits. */
  readonly onUnavailable: (why: string, waiting: Waiting) => void;
}

/** What was asked of a worker that never lived. */
export interface Waiting {
  readonly submissions: readonly {
    readonly signal: 'metrics' | 'logs';
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly items: number;
    readonly settled: Settled;
  }[];
  readonly flushes: readonly ((isComplete: boolean) => void)[];
}

type Submission = ToWorker & { readonly kind: 'submit' };

/** Runs the export loop in a worker, and a new one when it dies, at most three times a minute. */
export class WorkerHost implements ExportHost {
  readonly notify: () => void;
  readonly #options: WorkerHostOptions;
  readonly #control: Int32Array;
  readonly #pending = new PendingSubmissions();
  readonly #flushes = new Map<number, (isComplete: boolean) => void>();
  readonly #budget = new RestartBudget();
  readonly #defects: CauseLog;
  /** Until the worker says that it lives: bytes that were transferred to a worker that never lived would be gone. */
  #outbox: Submission[] = [];
  #worker: Worker | undefined;
  #port: MessagePort | undefined;
  #isReady = false;
  #wasEverReady = false;
  #lastFlush = 0;
  #lastError = '';
  #parked: TimerHandle | undefined;
  #shutdown: Promise<boolean> | undefined;
  #ended: (() => void) | undefined;
  #isRingBroken = false;
  #isOver = false;
  #wasClean = true;

  /** @throws what Node.js throws where a worker is not allowed. */
  constructor(options: WorkerHostOptions) {
    this.#options = options;
    this.#control = new Int32Array(options.memory.control);
    this.notify = createNotifier(options.memory);
    this.#defects = new CauseLog(options.platform.clock, options.log);
    this.#start();
  }

  submit(signal: 'metrics' | 'logs', bytes: Uint8Array<ArrayBuffer>, items: number, settled: Settled): void {
    const id = this.#isOver ? undefined : this.#pending.add(bytes.byteLength, settled);
    if (id === undefined) {
      const reason = this.#isOver ? 'already_shutdown' : 'queue_full';
      queueMicrotask(() => settleSafely(settled, { kind: 'lost', reason }));
      return;
    }
    const submission: Submission = { kind: 'submit', id, signal, bytes, items };
    if (this.#isReady) this.#port?.postMessage(submission, [bytes.buffer]);
    else this.#outbox.push(submission);
  }

  flush(timeoutMillis: number): Promise<boolean> {
    if (this.#isOver) return Promise.resolve(true);
    this.#lastFlush += 1;
    const id = this.#lastFlush;
    return new Promise((resolve) => {
      // Holds the process: whoever waits for a flush wants to see its end.
      const { awaitedTimers } = this.#options.platform;
      const timer = awaitedTimers.set(() => this.#flushed(id, false), timeoutMillis);
      this.#flushes.set(id, (isComplete) => {
        awaitedTimers.clear(timer);
        resolve(isComplete);
      });
      if (this.#isReady) this.#port?.postMessage({ kind: 'flush', id } satisfies ToWorker);
    });
  }

  shutdown(timeoutMillis: number): Promise<boolean> {
    this.#shutdown ??= this.#stop(timeoutMillis);
    return this.#shutdown;
  }

  drainSync(timeoutMillis: number): boolean {
    if (this.#isOver) return this.#wasClean;
    if (this.#parked !== undefined) this.#options.platform.timers.clear(this.#parked);
    if (this.#shutdown === undefined) this.#tellToStop(timeoutMillis);
    if (this.#worker !== undefined) Atomics.wait(this.#control, STOPPED_WORD, STOPPED.no, timeoutMillis);
    this.#receiveWaiting();
    return this.#end();
  }

  #start(): void {
    this.#parked = undefined;
    Atomics.store(this.#control, STOPPED_WORD, STOPPED.no);
    const { memory, settings, platform } = this.#options;
    const { port1, port2 } = platform.createChannel();
    const worker = platform.startWorker({ memory, settings, port: port2 });
    this.#worker = worker;
    this.#port = port1;
    this.#isReady = false;
    port1.on('message', (message: FromWorker) => this.#guarded(() => this.#receive(message)));
    port1.unref();
    worker.on('error', (error: unknown) => {
      this.#lastError = messageOf(error);
    });
    worker.on('exit', (code) => this.#guarded(() => this.#exited(code)));
  }

  /** For what Node.js calls: thrown there, a defect of ours would be an uncaught exception of the application. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#defects.report(`the export worker's host failed (${messageOf(error)})`, 0, '');
    }
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.#wasEverReady = true;
        this.#sendWaiting();
        for (const id of this.#flushes.keys()) this.#port?.postMessage({ kind: 'flush', id } satisfies ToWorker);
        return;
      case 'settled':
        this.#pending.settle(message.id, message.outcome);
        return;
      case 'flushed':
        this.#flushed(message.id, message.isComplete);
        return;
      case 'log':
        this.#options.log(message.line);
        return;
      case 'attempted':
        this.#options.attempted(message.attempt);
        return;
      case 'failed':
        this.#isRingBroken = true;
        return;
      case 'stopped':
        this.#ended?.();
    }
  }

  /** What a worker said before it died, or before this thread stopped listening. */
  #receiveWaiting(): void {
    const port = this.#port;
    if (port === undefined) return;
    for (;;) {
      const received = this.#options.platform.receiveMessage(port) as { readonly message: FromWorker } | undefined;
      if (received === undefined) return;
      this.#receive(received.message);
    }
  }

  #flushed(id: number, isComplete: boolean): void {
    const resolve = this.#flushes.get(id);
    this.#flushes.delete(id);
    resolve?.(isComplete);
  }

  #exited(code: number): void {
    this.#receiveWaiting();
    this.#port?.close();
    this.#port = undefined;
    this.#worker = undefined;
    this.#isReady = false;
    if (this.#isOver) return;
    if (this.#shutdown !== undefined) {
      this.#ended?.();
      return;
    }
    const why = this.#lastError === '' ? `code ${code}` : this.#lastError;
    // Also of one that never said it was ready: it may have died in its first batch.
    const { lost, unconfirmed } = settleWorker(this.#options.memory);
    if (!this.#wasEverReady) {
      this.#giveUp(why);
      return;
    }
    this.#pending.settleAllBut(new Set(this.#outbox.map(({ id }) => id)), { kind: 'unconfirmed' });
    this.#options.log(`the export worker ended (${why}): ${lost} spans lost, ${unconfirmed} unconfirmed`);
    // The next worker would fail on it as well.
    if (this.#isRingBroken) abandonQueue(this.#options.memory, 'worker_crash');
    this.#isRingBroken = false;
    this.#restart();
  }

  #restart(): void {
    const { clock, timers } = this.#options.platform;
    const millis = this.#budget.ask(clock.monotonicMillis());
    if (millis > 0) {
      this.#options.log(`the export worker ended too often, the next one starts in ${Math.ceil(millis / 1_000)} s`);
      // Timers cut off fractions, and one that fires early would say all this again.
      this.#parked = timers.set(() => this.#guarded(() => this.#restart()), Math.ceil(millis) + 1);
      return;
    }
    try {
      this.#start();
    } catch {
      // Out of memory or threads for now: what waits in the ring waits on.
      this.#parked = timers.set(() => this.#guarded(() => this.#restart()), 20_000);
    }
  }

  #giveUp(why: string): void {
    this.#isOver = true;
    const submissions = this.#outbox.splice(0).flatMap((submission) => {
      const settled = this.#pending.take(submission.id);
      return settled === undefined ? [] : [{ ...submission, settled }];
    });
    const flushes = [...this.#flushes.values()];
    this.#flushes.clear();
    this.#options.onUnavailable(why, { submissions, flushes });
  }

  #sendWaiting(): void {
    for (const waiting of this.#outbox.splice(0)) this.#port?.postMessage(waiting, [waiting.bytes.buffer]);
  }

  #tellToStop(timeoutMillis: number): void {
    this.#sendWaiting();
    this.#port?.postMessage({
      kind: 'shutdown',
      untilMillis: this.#options.platform.clock.monotonicMillis() + timeoutMillis - ANSWER_MILLIS,
    } satisfies ToWorker);
  }

  async #stop(timeoutMillis: number): Promise<boolean> {
    const worker = this.#worker;
    if (this.#parked !== undefined) this.#options.platform.timers.clear(this.#parked);
    if (worker !== undefined) {
      await new Promise<void>((resolve) => {
        const { awaitedTimers } = this.#options.platform;
        const timer = awaitedTimers.set(resolve, timeoutMillis);
        this.#ended = () => {
          awaitedTimers.clear(timer);
          resolve();
        };
        this.#tellToStop(timeoutMillis);
      });
      // Nobody else may write the ledger's block from here on.
      await worker.terminate();
    }
    return this.#end();
  }

  /** Counts what no worker will send any more. */
  #end(): boolean {
    if (this.#isOver) return this.#wasClean;
    this.#isOver = true;
    const stopped = Atomics.load(this.#control, STOPPED_WORD);
    // A worker that has stopped left nothing behind; for one that did not answer in time, this thread counts.
    const left = stopped === STOPPED.no ? abandonQueue(this.#options.memory, 'shutdown_deadline') : 0;
    for (const id of [...this.#flushes.keys()]) this.#flushed(id, false);
    this.#pending.settleAllBut(new Set(), { kind: 'unconfirmed' });
    this.#wasClean = stopped === STOPPED.clean && left === 0;
    return this.#wasClean;
  }
}

function messageOf(error: unknown): string {
  try {
    return (error instanceof Error ? error.message : String(error)).slice(0, 200);
  } catch {
    return 'an error without text';
  }
}
