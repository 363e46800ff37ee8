import {
  type Attributes,
  type Context,
  context as contextApi,
  createContextKey,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  TraceFlags,
  type Tracer,
  type TraceState,
  trace,
} from '@opentelemetry/api';
import type { ConstantAttributes, ScopeRecord } from '@vigil/otlp-exporter';
import { ANY_VALUE, appendAttributes, attributesObject } from './attribute-list.ts';
import { LightContext } from './context/light-context.ts';
import { isSpanIdText, spanIdText, TraceId, wordAt } from './id-words.ts';
import { nameText } from './light-event.ts';
import { FLAG_IS_REMOTE, FLAG_IS_REMOTE_KNOWN, type LightLink, type ReadLinks, readLinks } from './light-link.ts';
import { LightSpan } from './light-span.ts';
import { apiLink } from './readable-light-span.ts';
import type { SamplingResult } from './sampler.ts';
import type { SpanOrigin, TracerSettings } from './tracer-settings.ts';

/** The key that `suppressTracing` of `@opentelemetry/core` sets. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

const DECISION_RECORD = 1;
const DECISION_SAMPLED = 2;
const NOT_RECORD: SamplingResult = { decision: 0 };

/** W3C trace context level 2: the trace id is random. Only the maker of the trace can say so; children pass it on. */
const FLAG_RANDOM = 0x02;

const NO_LINKS: readonly LightLink[] = Object.freeze([]);
const NO_OPTIONS: SpanOptions = Object.freeze({});

/** Starts light spans. Made by `LightTracerProvider.getTracer`. No method throws anything but what `fn` throws. */
export class LightTracer implements Tracer, SpanOrigin {
  readonly scope: ScopeRecord;
  readonly settings: TracerSettings;

  constructor(scope: ScopeRecord, settings: TracerSettings) {
    this.scope = scope;
    this.settings = settings;
  }

  startSpan(name: string, options?: SpanOptions, context: Context = contextApi.active()): Span {
    try {
      return startSpan(this, name, options ?? NO_OPTIONS, context);
    } catch (error) {
      this.settings.diag.warn('a span could not be started', error);
      return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    }
  }

  /**
   * Starts a span for an instrumentation that knows what it does: nothing given is checked or copied.
   *
   * @param attributes key, value, key, value …; the list becomes the span's own.
   * @param constants attributes that many such spans share; no key may be in both.
   * @returns a `LightSpan`, or one that records nothing, which is the parent of what follows all the same.
   */
  startOperation(
    name: string,
    kind: SpanKind,
    context: Context,
    attributes: unknown[],
    constants: ConstantAttributes | undefined,
  ): Span {
    try {
      return open(this, name, kind, context, attributes, 0, undefined, undefined, constants);
    } catch (error) {
      this.settings.diag.warn('a span could not be started', error);
      return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    }
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(name: string, options: SpanOptions, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    ...call: [string, F] | [string, SpanOptions, F] | [string, SpanOptions, Context, F]
  ): ReturnType<F> | undefined {
    const fn = call[call.length - 1];
    // As in the SDK: without a function there is nothing to do.
    if (call.length < 2 || typeof fn !== 'function') return undefined;
    const parentContext = (call.length === 4 ? call[2] : undefined) ?? contextApi.active();
    const options = call.length > 2 ? (call[1] as SpanOptions) : undefined;
    const span = this.startSpan(call[0], options, parentContext);
    return contextApi.with(trace.setSpan(parentContext, span), fn as (span: Span) => ReturnType<F>, undefined, span);
  }
}

function startSpan(tracer: LightTracer, name: string, options: SpanOptions, outer: Context): Span {
  const context = options.root ? trace.deleteSpan(outer) : outer;
  const attributes: unknown[] = [];
  const dropped = options.attributes === undefined ? 0 : takeAttributes(tracer, attributes, options.attributes);
  const taken = options.links === undefined ? undefined : takeLinks(tracer, options.links);
  const spanName = typeof name === 'string' ? name : nameText(name);
  return open(
    tracer,
    spanName,
    kindOf(options.kind),
    context,
    attributes,
    dropped,
    taken,
    options.startTime,
    undefined,
  );
}

function open(
  tracer: LightTracer,
  name: string,
  kind: SpanKind,
  context: Context,
  attributes: unknown[],
  dropped: number,
  taken: ReadLinks | undefined,
  startTime: unknown,
  constants: ConstantAttributes | undefined,
): Span {
  const { settings } = tracer;
  if (context.getValue(SUPPRESS_TRACING) === true) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  const active = context instanceof LightContext ? context.span : trace.getSpan(context);
  const parent = active instanceof LightSpan && active.origin.settings === settings ? active : undefined;
  const inherits = parent !== undefined && settings.sampler.inheritsLocalParent === true;
  // A light span is its own valid context: nothing is allocated or checked for it.
  const remote = parent !== undefined || active === undefined ? undefined : validContext(active);
  const { idPool, idGenerator } = settings;
  const spanText = idPool === undefined ? idGenerator.generateSpanId() : undefined;
  const isId = spanText !== undefined && isSpanIdText(spanText);
  const spanHigh = idPool !== undefined ? idPool.word() : isId ? wordAt(spanText, 0) : 0;
  const spanLow = idPool !== undefined ? idPool.word() : isId ? wordAt(spanText, 1) : 0;
  const traceId = parent !== undefined ? parent.trace : newTraceId(settings, remote);
  let traceFlags = parent === undefined ? (remote?.traceFlags ?? 0) : parent.flags & 0xff;
  let traceState = parent === undefined ? remote?.traceState : parent.parentTraceState;
  let added: Readonly<Attributes> | undefined;
  if (!inherits) {
    const result =
      active === undefined && idPool !== undefined && settings.sampler.sampleRoot !== undefined
        ? decideRoot(tracer, traceId, attributes)
        : decide(tracer, context, traceId.text, name, kind, attributes, taken?.links ?? NO_LINKS);
    traceFlags = (traceFlags & FLAG_RANDOM) | (result.decision === DECISION_SAMPLED ? TraceFlags.SAMPLED : 0);
    traceState = result.traceState ?? traceState;
    if (result.decision !== DECISION_SAMPLED && result.decision !== DECISION_RECORD) {
      return unrecorded(traceId, spanText ?? spanIdText(spanHigh, spanLow), traceFlags, traceState);
    }
    added = result.attributes ?? undefined;
  }
  if (settings.openSpans.isFull) {
    refused(tracer);
    return unrecorded(traceId, spanText ?? spanIdText(spanHigh, spanLow), traceFlags, traceState);
  }
  const flags = traceFlags | FLAG_IS_REMOTE_KNOWN | (remote?.isRemote ? FLAG_IS_REMOTE : 0);
  const span = new LightSpan(tracer, name, kind + 1, traceId, spanHigh, spanLow, flags, traceState, attributes);
  span.spanText = spanText;
  span.begin(parent, remote?.spanId, startTime);
  span.constants = constants;
  span.droppedAttributesCount = dropped;
  if (taken !== undefined) {
    if (taken.links.length > 0) span.links = taken.links;
    span.droppedLinksCount = taken.dropped;
  }
  if (added !== undefined) span.setAttributes(added);
  announce(tracer, span, context, active);
  return span;
}

function refused({ settings }: LightTracer): void {
  settings.diag.warn('too many spans are open: a new one is not recorded');
  settings.processor?.onRefused?.();
}

/** The head decision goes on to other services; in this process nothing is recorded of the span. */
function unrecorded(id: TraceId, spanId: string, traceFlags: number, traceState: TraceState | undefined): Span {
  const context = { traceId: id.text, spanId, traceFlags };
  return trace.wrapSpanContext(traceState === undefined ? context : { ...context, traceState });
}

/** Of the remote parent's trace, or of one that begins here. */
function newTraceId({ idPool, idGenerator }: TracerSettings, remote: SpanContext | undefined): TraceId {
  if (remote !== undefined) return TraceId.of(remote.traceId);
  return idPool === undefined ? TraceId.of(idGenerator.generateTraceId()) : idPool.traceId();
}

/** The context of a span that is not ours, if a child can be made of it. */
function validContext(span: Span): SpanContext | undefined {
  const context = span.spanContext();
  return context !== undefined && trace.isSpanContextValid(context) ? context : undefined;
}

/** The API's kind; what is none is internal. */
function kindOf(kind: unknown): SpanKind {
  return kind === 1 || kind === 2 || kind === 3 || kind === 4 ? kind : SpanKind.INTERNAL;
}

function takeAttributes({ settings }: LightTracer, into: unknown[], source: object): number {
  if (typeof source !== 'object' || source === null) return 0;
  const { attributeCountLimit, attributeValueLengthLimit } = settings.spanLimits;
  try {
    return appendAttributes(into, source, attributeCountLimit, attributeValueLengthLimit, ANY_VALUE);
  } catch (error) {
    settings.diag.warn('an attribute, event, link or exception could not be recorded', error);
    return 1;
  }
}

function takeLinks({ settings }: LightTracer, source: unknown): ReadLinks {
  const read = readLinks(source, settings.spanLimits);
  if (read.problem !== undefined) {
    settings.diag.warn('an attribute, event, link or exception could not be recorded', read.problem);
  }
  return read;
}

/** What the sampler says. One that throws, or answers nothing, records nothing. */
function decide(
  { settings }: LightTracer,
  context: Context,
  traceId: string,
  name: string,
  kind: SpanKind,
  attributes: readonly unknown[],
  links: readonly LightLink[],
): SamplingResult {
  try {
    const seen = attributesObject(attributes) as Attributes;
    const linked = links.length === 0 ? [] : links.map(apiLink);
    const result = settings.sampler.shouldSample(context, traceId, name, kind, seen, linked);
    return typeof result === 'object' && result !== null ? result : NOT_RECORD;
  } catch (error) {
    settings.diag.warn('the sampler threw', error);
    return NOT_RECORD;
  }
}

/** The same for the first span of a trace, asked without objects made for the question. */
function decideRoot(
  { settings }: LightTracer,
  { word2, word3 }: TraceId,
  attributes: readonly unknown[],
): SamplingResult {
  try {
    return settings.sampler.sampleRoot?.(word2 & 0xff_ffff, word3 >>> 0, attributes) ?? NOT_RECORD;
  } catch (error) {
    settings.diag.warn('the sampler threw', error);
    return NOT_RECORD;
  }
}

function announce({ settings }: LightTracer, span: LightSpan, context: Context, parent: Span | undefined): void {
  const { foreign, processor } = settings;
  if (foreign !== undefined) foreign.onStart(span, context, parent && validContext(parent));
  if (processor === undefined) return;
  try {
    processor.onStart(span, context);
  } catch (error) {
    settings.diag.warn('a span processor threw', error);
  }
}
