import type { EventRecord, LinkRecord, SpanRecord } from '@vigil/otlp-exporter';
import { pairsOf } from '../attribute-pairs.ts';
import { textWithoutThreshold } from '../sampler/trace-state-threshold.ts';
import type { SdkEvent, SdkLink, SdkSpan } from './sdk-span.ts';

/** V8 knows the answer of this call inside a `for … in` beforehand, if this is a constant of the same file. */
const hasOwn = Object.prototype.hasOwnProperty;

const SAMPLED_FLAG = 0x01;
const FLAGS_MASK = 0xff;
const IS_REMOTE_KNOWN = 0x100;
const IS_REMOTE = 0x200;
const NO_EVENTS: readonly EventRecord[] = [];
const NO_LINKS: readonly LinkRecord[] = [];

/** A span of the SDK as the encoder reads it. One object is filled again and again: the encoder keeps nothing of it. */
export class SdkSpanRecord implements SpanRecord {
  traceId = '';
  spanId = '';
  parentSpanId = '';
  traceState = '';
  flags = 0;
  name = '';
  kind = 0;
  startSeconds = 0;
  startNanos = 0;
  endSeconds = 0;
  endNanos = 0;
  readonly attributes: unknown[] = [];
  droppedAttributesCount = 0;
  events: readonly EventRecord[] = NO_EVENTS;
  droppedEventsCount = 0;
  links: readonly LinkRecord[] = NO_LINKS;
  droppedLinksCount = 0;
  statusCode = 0;
  statusMessage = '';
  #lastTraceState: { serialize(): string } | undefined = undefined;
  #lastText = '';

  /** Copies the fields of an ended span. May throw what its getters throw. */
  fill(span: SdkSpan): void {
    const context = span.spanContext();
    const parent = span.parentSpanContext;
    this.traceId = context.traceId;
    this.spanId = context.spanId;
    this.parentSpanId = parent === undefined ? '' : parent.spanId;
    const traceState = context.traceState === undefined ? '' : this.#traceStateText(context.traceState);
    const isSampled = (context.traceFlags & SAMPLED_FLAG) !== 0;
    // Without the flag a threshold would claim an adjusted count that the trace does not stand for.
    this.traceState = isSampled || traceState === '' ? traceState : textWithoutThreshold(traceState);
    this.flags = (context.traceFlags & FLAGS_MASK) | IS_REMOTE_KNOWN | (parent?.isRemote === true ? IS_REMOTE : 0);
    this.name = span.name;
    this.kind = span.kind + 1;
    const { startTime, endTime } = span;
    this.startSeconds = startTime[0];
    this.startNanos = startTime[1];
    this.endSeconds = endTime[0];
    this.endNanos = endTime[1];
    this.#fillAttributes(span.attributes);
    this.droppedAttributesCount = span.droppedAttributesCount;
    this.events = span.events.length === 0 ? NO_EVENTS : span.events.map(eventRecord);
    this.droppedEventsCount = span.droppedEventsCount;
    this.links = span.links.length === 0 ? NO_LINKS : span.links.map(linkRecord);
    this.droppedLinksCount = span.droppedLinksCount;
    this.statusCode = span.status.code;
    this.statusMessage = span.status.message ?? '';
  }

  /** Over the last span's: a list that is emptied gives its memory back, and takes it again with the first key. */
  #fillAttributes(attributes: Readonly<Record<string, unknown>>): void {
    const list = this.attributes;
    let length = 0;
    for (const key in attributes) {
      if (!hasOwn.call(attributes, key)) continue;
      const value = attributes[key];
      if (value === undefined) continue;
      list[length] = key;
      list[length + 1] = value;
      length += 2;
    }
    if (list.length > length) list.length = length;
  }

  /** Spans of one trace share their tracestate, and so do all that a sampler began; by its contract it never changes. */
  #traceStateText(traceState: { serialize(): string }): string {
    if (traceState !== this.#lastTraceState) {
      this.#lastText = traceState.serialize();
      this.#lastTraceState = traceState;
    }
    return this.#lastText;
  }

  /** Lets go of what the last span held, so that an idle process does not keep its values alive. */
  clear(): void {
    this.attributes.fill(undefined);
    this.events = NO_EVENTS;
    this.links = NO_LINKS;
  }
}

function eventRecord(event: SdkEvent): EventRecord {
  return {
    name: event.name,
    seconds: event.time[0],
    nanos: event.time[1],
    attributes: pairsOf(event.attributes),
    droppedAttributesCount: event.droppedAttributesCount ?? 0,
  };
}

function linkRecord({ context, attributes, droppedAttributesCount }: SdkLink): LinkRecord {
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    traceState: context.traceState === undefined ? '' : context.traceState.serialize(),
    flags: (context.traceFlags & FLAGS_MASK) | IS_REMOTE_KNOWN | (context.isRemote === true ? IS_REMOTE : 0),
    attributes: pairsOf(attributes),
    droppedAttributesCount: droppedAttributesCount ?? 0,
  };
}
