import type { SpanContext, TraceState } from '@opentelemetry/api';
import type { ConstantAttributes, EventRecord, ResourceRecord, ScopeRecord, SpanRecord } from '@vigil/otlp-exporter';
import { isSpanIdText, spanIdText, type TraceId, wordAt } from './id-words.ts';
import { type Instant, toInstant } from './instant.ts';
import { type LightLink, traceStateText } from './light-link.ts';
import type { ReadableLightSpan } from './readable-light-span.ts';
import type { ClockAnchor } from './span-clock.ts';
import type { SpanDetails } from './span-details.ts';
import { spanRecord } from './span-record-copy.ts';
import type { SpanOrigin } from './tracer-settings.ts';

export const RECORDING = 0;
export const ENDING = 1;
export const ENDED = 2;

const ALL_LENGTHS = -1;

const NO_ANCHOR: ClockAnchor = { seconds: 0, nanos: 0 };
const NO_EVENTS: readonly EventRecord[] = Object.freeze([]);
const NO_LINKS: readonly LightLink[] = Object.freeze([]);

/** Reused by every conversion of a time: a span start allocates no array for it. */
const instant: Instant = { seconds: 0, nanos: 0 };

/** What is recorded of a span, in the shape the encoder reads: flat attributes, times and ids as integers. */
export class RecordedSpan implements SpanRecord {
  declare readonly origin: SpanOrigin;
  declare name: string;
  declare readonly kind: number;
  /** Of all spans of the trace in this process. */
  declare readonly trace: TraceId;
  /** The span's id as words; zeros for a text that is no id. */
  declare readonly spanHigh: number;
  declare readonly spanLow: number;
  /** The parent's, zeros where there is none. */
  declare parentHigh: number;
  declare parentLow: number;
  /** Given by an id generator, or made when somebody asks for it. */
  declare spanText: string | undefined;
  declare parentText: string | undefined;
  declare readonly flags: number;
  declare readonly parentTraceState: TraceState | undefined;
  /** Nothing of the same provider above it in this process: its end is the end of the local trace. */
  declare isLocalRoot: boolean;
  /** What a processor keeps of the local trace; set on the local root, copied to every span below. */
  declare localTrace: object | undefined;
  declare anchor: ClockAnchor;
  declare startSeconds: number;
  declare startNanos: number;
  declare readonly attributes: unknown[];
  /** Shared with other spans of the same operation. */
  declare constants: ConstantAttributes | undefined;
  /** What its instrumentation adds if it is sent. */
  declare details: SpanDetails | undefined;
  /** Its trace was kept and it was sent: set by the processor. */
  declare isKept: boolean;
  declare endSeconds: number;
  declare endNanos: number;
  declare droppedAttributesCount: number;
  declare events: readonly EventRecord[];
  declare droppedEventsCount: number;
  declare links: readonly LightLink[];
  declare droppedLinksCount: number;
  declare statusCode: number;
  declare statusMessage: string;
  declare state: number;
  /** One bit for each length of a key that was set: most new keys are known to be new without a look at the others. */
  declare keyLengths: number;
  /** The span as foreign processors see it. */
  declare view: ReadableLightSpan | undefined;
  /** Made when somebody asks; most spans are never asked. */
  declare madeContext: SpanContext | undefined;

  /**
   * Called by the tracer only, which then calls `begin`. A list of arguments, because an options object would be an allocation per
   * span; nothing but assignments, because only a short constructor becomes a part of its caller.
   */
  constructor(
    origin: SpanOrigin,
    name: string,
    kind: number,
    trace: TraceId,
    spanHigh: number,
    spanLow: number,
    flags: number,
    traceState: TraceState | undefined,
    attributes: unknown[],
  ) {
    this.origin = origin;
    this.name = name;
    this.kind = kind;
    this.trace = trace;
    this.spanHigh = spanHigh;
    this.spanLow = spanLow;
    this.parentHigh = 0;
    this.parentLow = 0;
    this.spanText = undefined;
    this.parentText = undefined;
    this.flags = flags;
    this.parentTraceState = traceState;
    this.isLocalRoot = true;
    this.localTrace = undefined;
    this.anchor = NO_ANCHOR;
    this.startSeconds = 0;
    this.startNanos = 0;
    this.attributes = attributes;
    this.constants = undefined;
    this.details = undefined;
    this.isKept = false;
    this.endSeconds = 0;
    this.endNanos = 0;
    this.droppedAttributesCount = 0;
    this.events = NO_EVENTS;
    this.droppedEventsCount = 0;
    this.links = NO_LINKS;
    this.droppedLinksCount = 0;
    this.statusCode = 0;
    this.statusMessage = '';
    this.state = RECORDING;
    this.keyLengths = 0;
    this.view = undefined;
    this.madeContext = undefined;
  }

  /** Called by the tracer only: where the span belongs, and when it began. */
  begin(parent: RecordedSpan | undefined, remote: string | undefined, startTime: unknown): void {
    if (parent !== undefined) {
      this.parentHigh = parent.spanHigh;
      this.parentLow = parent.spanLow;
      this.parentText = parent.spanText;
      this.isLocalRoot = false;
      this.localTrace = parent.localTrace;
    } else if (remote !== undefined) {
      this.parentText = remote;
      if (isSpanIdText(remote)) {
        this.parentHigh = wordAt(remote, 0);
        this.parentLow = wordAt(remote, 1);
      }
    }
    // Of keys given at the start no lengths are known.
    if (this.attributes.length > 0) this.keyLengths = ALL_LENGTHS;
    const { clock, openSpans } = this.origin.settings;
    const monotonicMillis = clock.read();
    this.anchor = clock.anchor;
    toInstant(instant, startTime, clock.anchor, monotonicMillis);
    this.startSeconds = instant.seconds;
    this.startNanos = instant.nanos;
    openSpans.started(this);
  }

  get traceId(): string {
    return this.trace.text;
  }

  get spanId(): string {
    this.spanText ??= spanIdText(this.spanHigh, this.spanLow);
    return this.spanText;
  }

  /** Empty for a root. */
  get parentSpanId(): string {
    if (this.parentText === undefined) {
      const { parentHigh, parentLow } = this;
      this.parentText = (parentHigh | parentLow) === 0 ? '' : spanIdText(parentHigh, parentLow);
    }
    return this.parentText;
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

  /** Adds what its instrumentation left until it is certain that the span is sent, or that somebody looks at it. */
  complete(): void {
    const { details, attributes, view } = this;
    if (details === undefined) return;
    this.details = undefined;
    const before = attributes.length;
    try {
      details.describe(attributes);
      if (view !== undefined) {
        for (let at = before; at < attributes.length; at += 2)
          view.attributeWasSet(attributes[at] as string, attributes[at + 1]);
      }
    } catch (error) {
      this.origin.settings.diag.warn('an attribute, event, link or exception could not be recorded', error);
    }
  }

  /** The record's fields: what is behind `origin` is large, circular and of no use in a log. */
  toJSON(): SpanRecord {
    return spanRecord(this);
  }
}
