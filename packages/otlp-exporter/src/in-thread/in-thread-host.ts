import { AsyncResource } from 'node:async_hooks';
import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import type { ExportLoop } from '../export-loop/export-loop.ts';
import { abandonQueue, settleWorker } from '../ledger/settle-worker.ts';
import type { PipelineMemory } from '../ring/pipeline-memory.ts';
import type { AttemptReport } from '../transport/timed-transport.ts';
import { compressElsewhere } from '../worker/compress.ts';
import type { ExportHost, Settled } from '../worker/export-host.ts';
import type { ExportPlatform } from '../worker/export-platform.ts';
import type { ExportSettings } from '../worker/export-settings.ts';
import { givenUp } from '../worker/given-up.ts';
import { openExportLoop } from '../worker/open-export-loop.ts';
import { settleSafely } from '../worker/pending-submissions.ts';
import { RestartBudget } from '../worker/restart-budget.ts';

/**
 * What `suppressTracing` of @opentelemetry/core sets; the key is the same symbol for whoever names it. That package is 17 MiB of
 * memory, and here it would be needed for this line.
 */
const NOT_TRACED = ROOT_CONTEXT.setValue(createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true);

export interface InThreadHostOptions {
  readonly platform: ExportPlatform;
  readonly memory: PipelineMemory;
  readonly settings: ExportSettings;
  readonly log: (line: string) => void;
  /** Must not throw. */
  readonly attempted: (attempt: AttemptReport) => void;
}

/**
 * Runs the export loop on the application's thread, for where workers are not allowed. Nothing can be sent any more once the
 * process is in its `exit` handlers: `drainSync` counts what is left.
 */
export class InThreadHost implements ExportHost {
  readonly #options: InThreadHostOptions;
  readonly #resource = new AsyncResource('vigil.export');
  readonly #budget = new RestartBudget();
  #loop: ExportLoop | undefined;
  #isNotified = false;
  #shutdown: Promise<boolean> | undefined;
  #isOver = false;
  #wasClean = true;

  constructor(options: InThreadHostOptions) {
    this.#options = options;
    this.#open();
  }

  notify(): void {
    if (this.#isNotified) return;
    this.#isNotified = true;
    this.#outside(() =>
      this.#options.platform.soon(() => {
        this.#isNotified = false;
        this.#loop?.wake();
      }),
    );
  }

  submit(signal: 'metrics' | 'logs', bytes: Uint8Array<ArrayBuffer>, items: number, settled: Settled): void {
    const loop = this.#loop;
    if (loop !== undefined) {
      this.#outside(() => loop.submit(signal, bytes, items, settled));
      return;
    }
    const reason = this.#isOver ? 'already_shutdown' : 'worker_crash';
    queueMicrotask(() => settleSafely(settled, { kind: 'lost', reason }));
  }

  flush(timeoutMillis: number): Promise<boolean> {
    const loop = this.#loop;
    if (loop === undefined) return Promise.resolve(this.#isOver);
    return new Promise((resolve) => {
      // Holds the process: whoever waits for a flush wants to see its end.
      const { awaitedTimers } = this.#options.platform;
      const timer = awaitedTimers.set(() => resolve(false), timeoutMillis);
      this.#outside(() =>
        loop.flush((isComplete) => {
          awaitedTimers.clear(timer);
          resolve(isComplete);
        }),
      );
    });
  }

  shutdown(timeoutMillis: number): Promise<boolean> {
    this.#shutdown ??= this.#stop(timeoutMillis);
    return this.#shutdown;
  }

  drainSync(): boolean {
    return this.#end(givenUp(this.#options.memory));
  }

  #open(): void {
    const { platform, memory, settings, log, attempted } = this.#options;
    const failed = (error: unknown) => this.#failed(error);
    this.#loop = this.#outside(() =>
      openExportLoop({ platform, memory, settings, compress: compressElsewhere, log, attempted, failed }),
    );
  }

  #failed(error: unknown): void {
    this.#loop = undefined;
    if (this.#isOver) return;
    const { lost, unconfirmed } = settleWorker(this.#options.memory);
    const why = error instanceof Error ? error.message : String(error);
    this.#options.log(`the export loop ended (${why.slice(0, 200)}): ${lost} spans lost, ${unconfirmed} unconfirmed`);
    // What stands in the ring made it fail: begin with an empty one.
    abandonQueue(this.#options.memory, 'worker_crash');
    this.#reopen();
  }

  #reopen(): void {
    const { clock, timers } = this.#options.platform;
    const millis = this.#budget.ask(clock.monotonicMillis());
    if (millis === 0) this.#open();
    else if (!this.#isOver) timers.set(() => this.#reopen(), millis);
  }

  async #stop(timeoutMillis: number): Promise<boolean> {
    const loop = this.#loop;
    const before = givenUp(this.#options.memory);
    if (loop === undefined) return this.#end(before);
    await new Promise<void>((resolve) => {
      const { awaitedTimers } = this.#options.platform;
      const timer = awaitedTimers.set(resolve, timeoutMillis);
      this.#outside(() =>
        loop.drain(timeoutMillis, () => {
          awaitedTimers.clear(timer);
          resolve();
        }),
      );
    });
    return this.#end(before);
  }

  /** Counts what nobody will send any more. */
  #end(givenUpBefore: number): boolean {
    if (this.#isOver) return this.#wasClean;
    this.#isOver = true;
    const loop = this.#loop;
    this.#loop = undefined;
    abandonQueue(this.#options.memory, 'shutdown_deadline');
    // It sees that it was settled, and lets go of its timer, its connections and what it was given to send.
    if (loop !== undefined) this.#outside(() => loop.wake());
    this.#wasClean = givenUp(this.#options.memory) === givenUpBefore;
    return this.#wasClean;
  }

  /** Outside of the request that is being handled, and without a trace of it: timers and sockets live longer than that. */
  #outside<Result>(work: () => Result): Result {
    return this.#resource.runInAsyncScope(() => context.with(NOT_TRACED, work));
  }
}
