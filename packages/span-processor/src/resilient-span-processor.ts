import type { Context } from '@opentelemetry/api';
import { LightSpan, type LightSpanProcessor } from '@vigil/tracer';
import { drainAtExit } from './exit-drain.ts';
import { LightSpanIntake } from './light/light-span-intake.ts';
import type { RetentionOptions } from './processor-options.ts';
import { type PipelineOptions, resolveProcessor, type SpanPipeline } from './processor-pipeline.ts';
import { RootJudge } from './retention/root-judge.ts';
import { TraceBuffer } from './retention/trace-buffer.ts';
import { RouteRules } from './route/route-rule.ts';
import type { SdkSpan } from './sdk/sdk-span.ts';
import { SdkSpanIntake } from './sdk/sdk-span-intake.ts';
import { SelfTime } from './self-time.ts';
import type { SpanSink } from './span-intake.ts';

export type ResilientSpanProcessorOptions = RetentionOptions & PipelineOptions;

type AnySpan = LightSpan | SdkSpan;

/** As the SDK's batch processor; its provider adds its own limit. */
const FLUSH_TIMEOUT_MILLIS = 30_000;
/** A stop takes at most 2 s with a collector that hangs; a busy machine needs some of that to come back. */
const SHUTDOWN_TIMEOUT_MILLIS = 1_800;

/**
 * Exports spans without ever hurting the application: a drop-in for `BatchSpanProcessor` with SDK 2 and 3, and the processor of
 * light spans. Ended spans are held per local trace until its root ends, then encoded into a ring of fixed size that a worker
 * thread sends from, or dropped by sampling. Every span that ended is counted: see `ledger`. No callback throws or blocks.
 *
 * @example
 * ```ts
 * import { TracerProvider } from '@opentelemetry/sdk-trace';
 * import { createConsistentSampler, ResilientSpanProcessor } from '@vigil/span-processor';
 *
 * const processor = new ResilientSpanProcessor();
 * const provider = new TracerProvider({ sampler: createConsistentSampler(), spanProcessors: [processor] });
 * provider.getTracer('shop').startSpan('checkout').end();
 * await processor.shutdown();
 * ```
 */
export class ResilientSpanProcessor implements LightSpanProcessor {
  readonly #pipeline: SpanPipeline;
  readonly #sink: SpanSink;
  readonly #buffer: TraceBuffer<AnySpan> | undefined;
  readonly #light: LightSpanIntake<SdkSpan>;
  readonly #sdk: SdkSpanIntake<LightSpan>;
  readonly #selfTime: SelfTime;
  readonly #isOwnPipeline: boolean;
  readonly #leaveExit: () => void;
  #isShutdown: Promise<void> | undefined = undefined;
  #isClosed = false;

  /** @throws TypeError that names every bad option. */
  constructor(options: ResilientSpanProcessorOptions = {}) {
    const { pipeline, retention, isOwnPipeline, exitTimeoutMillis } = resolveProcessor(options);
    const { clock, timers, bounds, slow } = retention;
    const judge = new RootJudge(slow, new RouteRules(retention.routes));
    this.#pipeline = pipeline;
    this.#sink = pipeline.spans;
    this.#selfTime = new SelfTime(clock, (nanos) => this.#sink.selfTime(nanos));
    this.#buffer =
      bounds &&
      new TraceBuffer<AnySpan>({
        bounds,
        clock,
        timers,
        accounts: this.#sink,
        send: (span, trace) => {
          this.#selfTime.noteSent();
          if (span instanceof LightSpan) this.#light.send(span, trace);
          else this.#sdk.send(span, trace);
        },
        slowAfterMillis: (root) => judge.slowAfterMillis(root?.name),
      });
    const parts = { sink: this.#sink, buffer: this.#buffer, judge };
    this.#light = new LightSpanIntake(parts);
    this.#isOwnPipeline = isOwnPipeline;
    const drains = isOwnPipeline && exitTimeoutMillis > 0;
    this.#leaveExit = drains ? drainAtExit(() => void this.drainSync(exitTimeoutMillis)) : () => undefined;
    this.#sdk = new SdkSpanIntake(parts, { timers, resourceTimeoutMillis: retention.resourceTimeoutMillis });
  }

  /** Notes where a local trace begins. Never throws. */
  onStart(span: AnySpan, parentContext: Context): void {
    try {
      if (this.#selfTime.isDue()) this.#measuredStart(span, parentContext);
      else this.#start(span, parentContext);
    } catch {
      // A span object that throws when it is looked at: at its end it stands for itself.
    }
  }

  /** Counts a span that a light tracer could not record, because too many are open. Never throws. */
  onRefused(): void {
    this.#sink.ended(1);
    this.#sink.lost(this.#isClosed ? 'already_shutdown' : 'trace_buffer_full', 1);
  }

  /** Takes the span over: held, queued, or counted as sampled out or lost. Never throws. */
  onEnd(span: AnySpan): void {
    try {
      if (this.#selfTime.isDue()) this.#measuredEnd(span);
      else this.#end(span);
    } catch {
      // Unreachable by what spans hold, which is read under protection; what is left is a stack that is exhausted.
    }
  }

  /**
   * Where every span is that ever ended:
   * `ended = sampledOut + accepted + Σ lost + unconfirmed + queued + inflight`. Never throws.
   */
  ledger(): ReturnType<SpanPipeline['ledger']> {
    return this.#pipeline.ledger();
  }

  /**
   * Sends what is queued now and resolves when that has an outcome, or after 30 s. Traces whose local root still runs stay
   * where they are. Never rejects.
   */
  async forceFlush(): Promise<void> {
    await this.#sdk.resourcesSettled;
    await settled(this.#pipeline.forceFlush({ timeoutMillis: FLUSH_TIMEOUT_MILLIS }));
  }

  /**
   * Decides all traces that wait and hands them over. An own pipeline sends what is queued within 2 s, and what it could not send
   * is counted as lost; a given one is left to whoever made it. Spans that end later are counted as `already_shutdown`. Every
   * call gives the same promise. Never rejects.
   */
  shutdown(): Promise<void> {
    this.#isShutdown ??= this.#stop();
    return this.#isShutdown;
  }

  /**
   * Decides all traces that wait now, by what is known of them: for a process that is about to be killed while requests run.
   * Spans that end later follow the verdict. Never throws.
   */
  settle(): void {
    this.#buffer?.settle();
    this.#sdk.release();
  }

  /**
   * For `exit` handlers: decides all traces that wait and blocks the thread while the worker sends, for at most
   * `timeoutMillis` (500 at most). An own pipeline does so by itself. Never throws.
   *
   * @returns whether everything was sent.
   */
  drainSync(timeoutMillis = 500): boolean {
    this.#isClosed = true;
    this.settle();
    return this.#pipeline.drainSync({ timeoutMillis });
  }

  /** Apart, because a function with a closure in it allocates for it each time, whether or not it gets there. */
  #measuredStart(span: AnySpan, parentContext: Context): void {
    this.#selfTime.measure(() => this.#start(span, parentContext));
  }

  #measuredEnd(span: AnySpan): void {
    this.#selfTime.measure(() => this.#end(span));
  }

  #start(span: AnySpan, parentContext: Context): void {
    if (span instanceof LightSpan) this.#light.start(span);
    else this.#sdk.start(span, parentContext);
  }

  #end(span: AnySpan): void {
    if (this.#isClosed) {
      this.#sink.ended(1);
      this.#sink.lost('already_shutdown', 1);
    } else if (span instanceof LightSpan) this.#light.end(span);
    else this.#sdk.end(span);
  }

  async #stop(): Promise<void> {
    this.#isClosed = true;
    this.settle();
    // Whoever made a given pipeline shuts it down, which sends all; waiting here as well would double the time a stop may take.
    if (this.#isOwnPipeline) await settled(this.#pipeline.shutdown({ timeoutMillis: SHUTDOWN_TIMEOUT_MILLIS }));
    this.#leaveExit();
  }
}

/** The pipeline counts its own failures; waiting for it does not fail. */
async function settled(work: PromiseLike<unknown>): Promise<void> {
  try {
    await work;
  } catch {
    // Already in the ledger.
  }
}
