import type {
  Attributes,
  AttributeValue,
  Exception,
  HrTime,
  Link,
  SpanContext,
  SpanKind,
  SpanStatus,
  TimeInput,
} from '@opentelemetry/api';
import type { EventRecord } from '@vigil/otlp-exporter';
import { allAttributes, attributesObject } from './attribute-list.ts';
import type { LightLink } from './light-link.ts';
import type { ResourceLike } from './light-resource.ts';
import type { LightSpan } from './light-span.ts';
import type { InstrumentationScope, SpanView, TimedEvent } from './readable-span-view.ts';

const NANOS_PER_SECOND = 1_000_000_000;

/**
 * The view of a light span for foreign span processors: one object a span, alive while the span records. Objects are made of
 * attributes, events and links when somebody reads them first. Processors that rewrite what they read (redaction is done that
 * way) can: `changed` says what the span must take back.
 */
export class ReadableLightSpan implements SpanView {
  readonly resource: ResourceLike;
  readonly instrumentationScope: InstrumentationScope;
  declare readonly parentSpanContext?: SpanContext;
  readonly #span: LightSpan;
  #attributes: Attributes | undefined;
  #events: TimedEvent[] | undefined;
  #eventsSeen = 0;
  #links: Link[] | undefined;
  #linksSeen = 0;

  constructor(
    span: LightSpan,
    parentSpanContext: SpanContext | undefined,
    resource: ResourceLike,
    instrumentationScope: InstrumentationScope,
  ) {
    this.#span = span;
    // Always there, as in the SDK, so that all views have one shape.
    this.parentSpanContext = parentSpanContext as SpanContext;
    this.resource = resource;
    this.instrumentationScope = instrumentationScope;
  }

  get name(): string {
    return this.#span.name;
  }
  set name(name: string) {
    this.#span.name = String(name);
  }

  get kind(): SpanKind {
    return this.#span.kind - 1;
  }

  get startTime(): HrTime {
    return [this.#span.startSeconds, this.#span.startNanos];
  }

  get endTime(): HrTime {
    return [this.#span.endSeconds, this.#span.endNanos];
  }

  /** `[-1, -1]` before the end, as in the SDK. */
  get duration(): HrTime {
    const { startSeconds, startNanos, endSeconds, endNanos } = this.#span;
    if (!this.#span.hasEndTime) return [-1, -1];
    const nanos = endNanos - startNanos;
    return nanos < 0 ? [endSeconds - startSeconds - 1, nanos + NANOS_PER_SECOND] : [endSeconds - startSeconds, nanos];
  }

  get ended(): boolean {
    return this.#span.ended;
  }

  get status(): SpanStatus {
    const { statusCode, statusMessage } = this.#span;
    return statusMessage === '' ? { code: statusCode } : { code: statusCode, message: statusMessage };
  }
  set status(status: SpanStatus) {
    this.#span.statusCode = Number(status.code);
    this.#span.statusMessage = typeof status.message === 'string' ? status.message : '';
  }

  get attributes(): Attributes {
    if (this.#attributes === undefined) {
      this.#span.complete();
      this.#attributes = attributesObject(allAttributes(this.#span)) as Attributes;
    }
    return this.#attributes;
  }
  set attributes(attributes: Attributes) {
    this.#attributes = attributes;
  }

  get events(): TimedEvent[] {
    const total = this.#span.events.length + this.#span.droppedEventsCount;
    if (this.#events === undefined || this.#eventsSeen !== total) {
      this.#events = this.#span.events.map(timedEvent);
      this.#eventsSeen = total;
    }
    return this.#events;
  }
  set events(events: TimedEvent[]) {
    this.#events = events;
  }

  get links(): Link[] {
    const total = this.#span.links.length + this.#span.droppedLinksCount;
    if (this.#links === undefined || this.#linksSeen !== total) {
      this.#links = this.#span.links.map(apiLink);
      this.#linksSeen = total;
    }
    return this.#links;
  }
  set links(links: Link[]) {
    this.#links = links;
  }

  get droppedAttributesCount(): number {
    return this.#span.droppedAttributesCount;
  }
  get droppedEventsCount(): number {
    return this.#span.droppedEventsCount;
  }
  get droppedLinksCount(): number {
    return this.#span.droppedLinksCount;
  }

  spanContext(): SpanContext {
    return this.#span.spanContext();
  }
  isRecording(): boolean {
    return this.#span.isRecording();
  }
  setAttribute(key: string, value: AttributeValue): this {
    this.#span.setAttribute(key, value);
    return this;
  }
  setAttributes(attributes: Attributes): this {
    this.#span.setAttributes(attributes);
    return this;
  }
  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    this.#span.addEvent(name, attributesOrTime, time);
    return this;
  }
  recordException(exception: Exception, time?: TimeInput): void {
    this.#span.recordException(exception, time);
  }
  addLink(link: Link): this {
    this.#span.addLink(link);
    return this;
  }
  addLinks(links: Link[]): this {
    this.#span.addLinks(links);
    return this;
  }
  setStatus(status: SpanStatus): this {
    this.#span.setStatus(status);
    return this;
  }
  updateName(name: string): this {
    this.#span.updateName(name);
    return this;
  }
  end(endTime?: TimeInput): void {
    this.#span.end(endTime);
  }

  /** Keeps an attributes object that somebody already holds up to date. */
  attributeWasSet(key: string, value: unknown): void {
    if (this.#attributes !== undefined) this.#attributes[key] = value as AttributeValue;
  }

  /** The objects that were handed out, and so may have been changed by a processor. */
  handedOut(): { attributes: unknown; events: unknown; links: unknown } {
    return { attributes: this.#attributes, events: this.#events, links: this.#links };
  }
}

function timedEvent(event: EventRecord): TimedEvent {
  return {
    name: event.name,
    time: [event.seconds, event.nanos],
    attributes: attributesObject(event.attributes) as Attributes,
    droppedAttributesCount: event.droppedAttributesCount,
  };
}

/** A link in the API's shape. */
export function apiLink(link: LightLink): Link {
  return {
    context: link.context,
    attributes: attributesObject(link.attributes) as Attributes,
    droppedAttributesCount: link.droppedAttributesCount,
  };
}
