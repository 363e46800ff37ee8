import type {
  Attributes,
  AttributeValue,
  Exception,
  Link,
  Span,
  SpanContext,
  SpanStatus,
  TimeInput,
} from '@opentelemetry/api';
import { putAttribute } from './attribute-list.ts';
import { cutText, recordableValue, UNRECORDABLE } from './attribute-value.ts';
import { exceptionAttributes } from './exception-attributes.ts';
import { type Instant, isTimeInput, toInstant } from './instant.ts';
import { nameText, recordEvent } from './light-event.ts';
import { appendLink, lightLink, readLinks } from './light-link.ts';
import type { LightSpanProcessor } from './light-span-processor.ts';
import { ENDED, ENDING, RECORDING, RecordedSpan } from './recorded-span.ts';

const STATUS_OK = 1;
const STATUS_ERROR = 2;

/** Here too: see `attribute-list.ts`. */
const hasOwn = Object.prototype.hasOwnProperty;

/** Reused by every conversion of a time: a span end allocates no array for it. */
const instant: Instant = { seconds: 0, nanos: 0 };

/**
 * A recorded span that the application can write to; no `ReadableSpan` unless a foreign span processor asked for one. No method
 * throws, whatever it is given. Fields may be read by anybody; only processors may write.
 */
export class LightSpan extends RecordedSpan implements Span {
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
    if (foreign !== undefined) {
      this.complete();
      foreign.onEnding(this);
    }
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
