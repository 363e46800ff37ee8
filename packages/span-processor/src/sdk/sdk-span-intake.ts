import { type Context, trace as traceApi } from '@opentelemetry/api';
import { SAMPLING_PARTIAL, SAMPLING_RULE, VIGIL_SAMPLING_FORCE } from '@vigil/conventions';
import type { Timers } from '@vigil/otlp-exporter/core';
import { setPair } from '../attribute-pairs.ts';
import { LocalTrace, OPEN } from '../retention/local-trace.ts';
import { LARGEST_SPAN_BYTES } from '../retention/span-size.ts';
import type { RootFacts } from '../retention/trace-buffer.ts';
import { routeOfAttributes } from '../route/span-route.ts';
import { type IntakeParts, SAMPLED_FLAG, STATUS_ERROR } from '../span-intake.ts';
import { ResourceWait } from './resource-wait.ts';
import type { SdkSpan } from './sdk-span.ts';
import { SdkSpanRecord } from './sdk-span-record.ts';
import { sdkSpanBytes } from './sdk-span-size.ts';
import { SdkStreams } from './sdk-streams.ts';

/** Kept spans that wait at most for attributes of their resource; the size of the SDK's queue. */
const WAITING_SPANS = 2_048;

/** A kept span that waits for its resource. */
interface WaitingSpan {
  readonly span: SdkSpan;
  readonly trace: LocalTrace<unknown> | undefined;
}

/** A span object with the mark of a processor. */
type TracedSpan<Any> = Record<symbol, LocalTrace<Any> | undefined>;

export interface SdkIntakeOptions {
  readonly timers: Timers;
  readonly resourceTimeoutMillis: number;
}

/** Takes spans of the SDK: finds their local trace by a symbol on the span object and copies what is kept into one record. */
export class SdkSpanIntake<Any> {
  readonly #parts: IntakeParts<SdkSpan | Any>;
  /** Of this processor only: another one beside it has its own local traces. */
  readonly #key = Symbol('vigil.localTrace');
  readonly #record = new SdkSpanRecord();
  readonly #streams: SdkStreams;
  readonly #wait: ResourceWait<WaitingSpan>;
  #isFilling = false;

  constructor(parts: IntakeParts<SdkSpan | Any>, { timers, resourceTimeoutMillis }: SdkIntakeOptions) {
    this.#parts = parts;
    this.#streams = new SdkStreams((resource, scope) => parts.sink.stream(resource, scope));
    this.#wait = new ResourceWait({
      timers,
      timeoutMillis: resourceTimeoutMillis,
      maxItems: WAITING_SPANS,
      changed: () => this.#streams.forget(),
      release: (waiting) => {
        parts.sink.held(-1);
        this.#offer(waiting.span, waiting.trace);
      },
    });
  }

  /** Resolves when no kept span waits for its resource any longer. */
  get resourcesSettled(): Promise<unknown> {
    return this.#wait.settled;
  }

  start(span: SdkSpan, parentContext: Context): void {
    if (this.#parts.buffer === undefined) return;
    const parent = span.parentSpanContext;
    const isLocalRoot = parent === undefined || parent.isRemote === true;
    const inherited = isLocalRoot ? undefined : this.#traceOf(traceApi.getSpan(parentContext));
    (span as unknown as TracedSpan<SdkSpan | Any>)[this.#key] = inherited ?? localTraceOf(span);
  }

  /** Books the span exactly once, whatever is in it. */
  end(span: SdkSpan): void {
    const { sink, buffer } = this.#parts;
    sink.ended(1);
    let isError: boolean;
    let trace: LocalTrace<SdkSpan | Any>;
    let facts: RootFacts | undefined;
    let isForced = false;
    let bytes = LARGEST_SPAN_BYTES;
    try {
      const context = span.spanContext();
      isError = span.status.code === STATUS_ERROR;
      if (buffer === undefined) {
        if ((context.traceFlags & SAMPLED_FLAG) === 0) sink.sampledOut(1);
        else this.#deliver(span, undefined);
        return;
      }
      // A span that started before the processor was there stands for itself.
      trace = this.#traceOf(span) ?? localTraceOf(span);
      isForced = span.attributes[VIGIL_SAMPLING_FORCE] === true;
      if (trace.rootSpanId === context.spanId) facts = this.#judge(span, context.traceId);
      else if (trace.state === OPEN) bytes = sdkSpanBytes(span);
    } catch {
      sink.lost('encode_error', 1); // Not a span the SDK would give: a getter of it throws.
      return;
    }
    if (facts === undefined) buffer.childEnded(trace, span, bytes, isError, isForced);
    else buffer.rootEnded(trace, span, isError, isForced, facts);
  }

  /** Sends a span of a kept trace. */
  send(span: SdkSpan, trace: LocalTrace<SdkSpan | Any>): void {
    this.#deliver(span, trace);
  }

  /** What still waits for its resource goes with what is known of it. */
  release(): void {
    this.#wait.stop();
  }

  #judge(span: SdkSpan, traceId: string): RootFacts {
    const { judge } = this.#parts;
    const [seconds, nanos] = span.duration;
    return judge.judge(
      span.name,
      seconds,
      nanos,
      judge.asksRoute ? routeOfAttributes(span.attributes) : undefined,
      traceId,
    );
  }

  #deliver(span: SdkSpan, trace: LocalTrace<unknown> | undefined): void {
    if (this.#wait.isPending(span.resource)) {
      this.#parts.sink.held(1);
      this.#wait.add({ span, trace }, span.resource);
    } else this.#offer(span, trace);
  }

  #offer(span: SdkSpan, trace: LocalTrace<unknown> | undefined): void {
    const { sink } = this.#parts;
    const record = this.#record;
    // A getter of one span's attribute may end another span: the record is the first one's then.
    if (this.#isFilling) {
      sink.lost('encode_error', 1);
      return;
    }
    let stream: number;
    this.#isFilling = true;
    try {
      record.fill(span);
      if (trace?.rule !== undefined) setPair(record.attributes, SAMPLING_RULE, trace.rule);
      if (trace?.isPartial === true) setPair(record.attributes, SAMPLING_PARTIAL, true);
      stream = this.#streams.streamOf(span.resource, span.instrumentationScope);
    } catch {
      this.#isFilling = false;
      sink.lost('encode_error', 1);
      return;
    }
    sink.offer(record, stream, trace?.isCritical ?? record.statusCode === STATUS_ERROR);
    record.clear();
    this.#isFilling = false;
  }

  #traceOf(span: unknown): LocalTrace<SdkSpan | Any> | undefined {
    return (span as TracedSpan<SdkSpan | Any> | undefined)?.[this.#key];
  }
}

function localTraceOf<Any>(span: SdkSpan): LocalTrace<SdkSpan | Any> {
  const { spanId, traceFlags } = span.spanContext();
  return new LocalTrace<SdkSpan | Any>(span, spanId, (traceFlags & SAMPLED_FLAG) !== 0);
}
