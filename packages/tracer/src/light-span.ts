import type {
  Attributes,
  AttributeValue,
  Exception,
  Link,
  Span,
  SpanContext,
  SpanStatus,
  TimeInput,
  TraceState,
} from '@opentelemetry/api';
import type { EventRecord, ResourceRecord, ScopeRecord, SpanRecord } from '@vigil/otlp-exporter';
import { hasOwn, putAttribute } from './attribute-list.ts';
import { cutText, recordableValue, UNRECORDABLE } from './attribute-value.ts';
import { exceptionAttributes } from './exception-attributes.ts';
import { type Instant, isTimeInput, toInstant } from './instant.ts';
import { nameText, recordEvent } from './light-event.ts';
import { appendLink, type LightLink, lightLink, readLinks, traceStateText } from './light-link.ts';
import type { LightSpanProcessor } from './light-span-processor.ts';
import type { ReadableLightSpan } from './readable-light-span.ts';
import type { ClockAnchor } from './span-clock.ts';
import { spanRecord } from './span-record-copy.ts';
import type { SpanOrigin } from './tracer-settings.ts';

const STATUS_OK = 1;
const STATUS_ERROR = 2;

const RECORDING = 0;
const ENDING = 1;
const ENDED = 2;

const ALL_LENGTHS = -1;

const NO_EVENTS: readonly EventRecord[] = Object.freeze([]);
const NO_LINKS: readonly LightLink[] = Object.freeze([]);

/** Reused by every conversion of a time: a span start allocates no array for it. */
const instant: Instant = { seconds: 0, nanos: 0 };

/**
 * A recorded span in the shape the encoder reads: flat attributes, times as integers, no `ReadableSpan` unless a foreign span
 * processor asked for one. No method throws, whatever it is given. Fields may be read by anybody; only processors may write.
 */
export class LightSpan implements Span, SpanRecord {
  declare readonly origin: SpanOrigin;
  declare name: string;
  declare readonly kind: number;
  declare readonly traceId: string;
  declare readonly spanId: string;
  declare readonly parentSpanId: string;
  declare readonly flags: number;
  declare readonly parentTraceState: TraceState | undefined;
  /** Nothing of the same provider above it in this process: its end is the end of the local trace. */
  declare readonly isLocalRoot: boolean;
  /** What a processor keeps of the local trace; set on the local root, copied to every span below. */
  declare localTrace: object | undefined;
  declare readonly anchor: ClockAnchor;
  declare startSeconds: number;
  declare startNanos: number;
  declare readonly attributes: unknown[];
  endSeconds = 0;
  endNanos = 0;
  droppedAttributesCount = 0;
  events: readonly EventRecord[] = NO_EVENTS;
  droppedEventsCount = 0;
  links: readonly LightLink[] = NO_LINKS;
  droppedLinksCount = 0;
  statusCode = 0;
  statusMessage = '';
  state = RECORDING;
  /** One bit for each length of a key that was set: most new keys are known to be new without a look at the others. */
  keyLengths = 0;
  /** The span as foreign processors see it. */
  view: ReadableLightSpan | undefined = undefined;
  /** Made when somebody asks; most spans are never asked. */
  madeContext: SpanContext | undefined = undefined;

  /** Called by the tracer only. A list of arguments, because an options object would be an allocation per span. */
  constructor(
    origin: SpanOrigin,
    name: string,
    kind: number,
    traceId: string,
    spanId: string,
    parentSpanId: string,
    flags: number,
    traceState: TraceState | undefined,
    parent: LightSpan | undefined,
    attributes: unknown[],
    startTime: unknown,
  ) {
    this.origin = origin;
    this.name = name;
    this.kind = kind;
    this.traceId = traceId;
    this.spanId = spanId;
    this.parentSpanId = parentSpanId;
    this.flags = flags;
    this.parentTraceState = traceState;
    this.isLocalRoot = parent === undefined;
    this.localTrace = parent === undefined ? undefined : parent.localTrace;
    const { clock, openSpans } = origin.settings;
    const monotonicMillis = clock.read();
    this.anchor = clock.anchor;
    toInstant(instant, startTime, clock.anchor, monotonicMillis);
    this.startSeconds = instant.seconds;
    this.startNanos = instant.nanos;
    this.attributes = attributes;
    // Of keys given at the start no lengths are known.
    if (attributes.length > 0) this.keyLengths = ALL_LENGTHS;
    openSpans.started(this);
  }

  get scope(): ScopeRecord {
    return this.origin.scope;
  }

  get resource(): ResourceRecord {
    return this.origin.settings.resource;
  }

  /** Attributes of the resource are still being found out: `resource` will be another object later. */
  get resourcePending(): boolean {
    return this.origin.settings.resourcePending;
  }

  get traceState(): string {
    return this.parentTraceState === undefined ? '' : traceStateText(this.parentTraceState);
  }

  /** From the call of `end`, while processors may still write, on. */
  get hasEndTime(): boolean {
    return this.state !== RECORDING;
  }

  get ended(): boolean {
    return this.state === ENDED;
  }

  /** The record's fields: what is behind `origin` is large, circular and of no use in a log. */
  toJSON(): SpanRecord {
    return spanRecord(this);
  }

  spanContext(): SpanContext {
    this.madeContext ??= {
      traceId: this.traceId,
      spanId: this.spanId,
      traceFlags: this.flags & 0xff,
      ...(this.parentTraceState !== undefined && { traceState: this.parentTraceState }),
    };
    return this.madeContext;
  }

  isRecording(): boolean {
    return this.state !== ENDED;
  }

  setAttribute(key: string, value: AttributeValue | undefined): this {
    if (this.state === ENDED) return refuse(this);
    if (value === undefined) return this;
    const limits = this.origin.settings.spanLimits;
    let kept: unknown = value;
    if (typeof value === 'string') {
      if (value.length > limits.attributeValueLengthLimit) kept = cutText(value, limits.attributeValueLengthLimit);
    } else if (typeof value !== 'number' && typeof value !== 'boolean') {
      kept = recordableValue(value, limits.attributeValueLengthLimit);
    }
    if (kept === UNRECORDABLE || typeof key !== 'string' || key === '') this.droppedAttributesCount += 1;
    else putAttribute(this, key, kept);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.state === ENDED) return refuse(this);
    if (typeof attributes !== 'object' || attributes === null) return this;
    try {
      for (const key in attributes) if (hasOwn.call(attributes, key)) this.setAttribute(key, attributes[key]);
    } catch (error) {
      this.droppedAttributesCount += 1;
      warnUnrecorded(this, error);
    }
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.state === ENDED) return refuse(this);
    try {
      const first: unknown = attributesOrTime;
      if (isTimeInput(first)) recordEvent(this, name, undefined, isTimeInput(time) ? time : first);
      else recordEvent(this, name, first, time);
    } catch (error) {
      this.droppedEventsCount += 1;
      warnUnrecorded(this, error);
    }
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    if (this.state === ENDED) {
      refuse(this);
      return;
    }
    const attributes = exceptionAttributes(exception);
    if (attributes === undefined) warnUnrecorded(this, 'an exception without code, name and message');
    else recordEvent(this, 'exception', attributes, time);
  }

  addLink(link: Link): this {
    if (this.state === ENDED) return refuse(this);
    try {
      appendLink(this, lightLink(link, this.origin.settings.spanLimits));
    } catch (error) {
      this.droppedLinksCount += 1;
      warnUnrecorded(this, error);
    }
    return this;
  }

  addLinks(links: Link[]): this {
    if (this.state === ENDED) return refuse(this);
    const read = readLinks(links, this.origin.settings.spanLimits);
    for (const link of read.links) appendLink(this, link);
    this.droppedLinksCount += read.dropped;
    if (read.problem !== undefined) warnUnrecorded(this, read.problem);
    return this;
  }

  setStatus(status: SpanStatus): this {
    if (this.state === ENDED) return refuse(this);
    try {
      const { code, message } = status;
      if (this.statusCode === STATUS_OK || (code !== STATUS_OK && code !== STATUS_ERROR)) return this;
      this.statusCode = code;
      this.statusMessage = code === STATUS_ERROR && typeof message === 'string' ? message : '';
    } catch (error) {
      warnUnrecorded(this, error);
    }
    return this;
  }

  updateName(name: string): this {
    if (this.state === ENDED) return refuse(this);
    this.name = typeof name === 'string' ? name : nameText(name);
    return this;
  }

  end(endTime?: TimeInput): void {
    if (this.state !== RECORDING) {
      refuse(this);
      return;
    }
    this.state = ENDING;
    const { clock, foreign, processor, openSpans } = this.origin.settings;
    openSpans.ended(this);
    toInstant(instant, endTime, this.anchor, clock.read());
    const { seconds, nanos } = instant;
    const late = seconds > this.startSeconds || (seconds === this.startSeconds && nanos >= this.startNanos);
    this.endSeconds = late ? seconds : this.startSeconds;
    this.endNanos = late ? nanos : this.startNanos;
    if (processor?.onEnding !== undefined) guardedEnding(processor, this);
    if (foreign !== undefined) foreign.onEnding(this);
    this.state = ENDED;
    if (foreign !== undefined) foreign.onEnd(this);
    if (processor === undefined) return;
    try {
      processor.onEnd(this);
    } catch (error) {
      this.origin.settings.diag.warn('a span processor threw', error);
    }
  }
}

function guardedEnding(processor: LightSpanProcessor, span: LightSpan): void {
  try {
    processor.onEnding?.(span);
  } catch (error) {
    span.origin.settings.diag.warn('a span processor threw', error);
  }
}

function refuse<T extends LightSpan>(span: T): T {
  span.origin.settings.diag.warn('a span was changed after its end', span.name);
  return span;
}

function warnUnrecorded(span: LightSpan, error: unknown): void {
  span.origin.settings.diag.warn('an attribute, event, link or exception could not be recorded', error);
}
