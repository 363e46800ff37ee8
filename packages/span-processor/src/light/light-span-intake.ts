import { HTTP_ROUTE, SAMPLING_PARTIAL, SAMPLING_RULE } from '@vigil/conventions';
import type { ResourceRecord, ScopeRecord } from '@vigil/otlp-exporter';
import type { LightSpan } from '@vigil/tracer';
import { setPair } from '../attribute-pairs.ts';
import { isForced } from '../retention/forced.ts';
import { LocalTrace, OPEN } from '../retention/local-trace.ts';
import { LARGEST_SPAN_BYTES, spanBytes } from '../retention/span-size.ts';
import { routeOfPairs } from '../route/span-route.ts';
import { type IntakeParts, SAMPLED_FLAG, STATUS_ERROR } from '../span-intake.ts';

/** Takes light spans as they are: they carry their local trace, and the encoder reads their fields. */
export class LightSpanIntake<Any> {
  readonly #parts: IntakeParts<LightSpan | Any>;
  #resource: ResourceRecord | undefined = undefined;
  #scope: ScopeRecord | undefined = undefined;
  #stream = 0;

  constructor(parts: IntakeParts<LightSpan | Any>) {
    this.#parts = parts;
  }

  start(span: LightSpan): void {
    if (span.isLocalRoot && this.#parts.buffer !== undefined) span.localTrace = localTraceOf(span);
  }

  /** Books the span exactly once, whatever is in it. */
  end(span: LightSpan): void {
    const { sink, buffer } = this.#parts;
    sink.ended(1);
    const isError = span.statusCode === STATUS_ERROR;
    if (buffer === undefined) {
      if ((span.flags & SAMPLED_FLAG) === 0) sink.sampledOut(1);
      else this.#offer(span, isError);
      span.details = undefined;
      return;
    }
    const { attributes } = span;
    const found = span.localTrace;
    // A span that started before the processor was there stands for itself.
    const trace = found instanceof LocalTrace ? (found as LocalTrace<LightSpan | Any>) : localTraceOf<Any>(span);
    if (span.isLocalRoot || found === undefined) {
      const { judge } = this.#parts;
      const facts = judge.judge(
        span.name,
        span.endSeconds - span.startSeconds,
        span.endNanos - span.startNanos,
        judge.asksRoute ? routeOfSpan(span) : undefined,
        judge.asksRoute ? span.traceId : '',
      );
      buffer.rootEnded(trace, span, isError, isForced(attributes), facts);
      // Contexts of sockets and timers may hold a root for long: what its instrumentation needed goes now.
      span.details = undefined;
      return;
    }
    const bytes = trace.state === OPEN ? spanBytes(span.name, attributes, span.events, span.links) : LARGEST_SPAN_BYTES;
    buffer.childEnded(trace, span, bytes, isError, isForced(attributes));
  }

  /** Sends a span of a kept trace. */
  send(span: LightSpan, trace: LocalTrace<LightSpan | Any>): void {
    if (trace.rule !== undefined) setPair(span.attributes, SAMPLING_RULE, trace.rule);
    if (trace.isPartial) setPair(span.attributes, SAMPLING_PARTIAL, true);
    this.#offer(span, trace.isCritical);
  }

  #offer(span: LightSpan, isCritical: boolean): void {
    span.isKept = true;
    span.complete();
    this.#parts.sink.offer(span, this.#streamOf(span), isCritical);
  }

  #streamOf(span: LightSpan): number {
    const { resource, scope } = span;
    if (resource !== this.#resource || scope !== this.#scope) {
      this.#stream = this.#parts.sink.stream(resource, scope);
      this.#resource = resource;
      this.#scope = scope;
    }
    return this.#stream;
  }
}

/** The route its instrumentation found, else what its attributes say. */
function routeOfSpan({ constants, attributes }: LightSpan): unknown {
  return constants?.get(HTTP_ROUTE) ?? routeOfPairs(attributes);
}

function localTraceOf<Any>(span: LightSpan): LocalTrace<LightSpan | Any> {
  // Its root is known without its id.
  return new LocalTrace<LightSpan | Any>(span, '', (span.flags & SAMPLED_FLAG) !== 0);
}
