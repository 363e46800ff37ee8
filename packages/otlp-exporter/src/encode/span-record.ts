import type { ConstantAttributes } from './constant-attributes.ts';

/** Attributes as one flat list: key, value, key, value … A key stands once; values are whatever the application passed. */
export type AttributePairs = readonly unknown[];

export interface EventRecord {
  readonly name: string;
  readonly seconds: number;
  readonly nanos: number;
  readonly attributes: AttributePairs;
  readonly droppedAttributesCount: number;
}

export interface LinkRecord {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly attributes: AttributePairs;
  readonly droppedAttributesCount: number;
}

/** A trace id as 32-bit words, most significant first. */
export interface TraceIdWords {
  readonly word0: number;
  readonly word1: number;
  readonly word2: number;
  readonly word3: number;
}

/**
 * What the encoder reads of an ended span. A light span has these fields itself; a span of the SDK is copied into one
 * reused record, so that the encoder always sees the same shape.
 */
export interface SpanRecord {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  /**
   * Where the maker of the span has its ids as words, they are written from them, which is cheaper than from their digits: all
   * five or none. A span's words of zero are none: then the texts count.
   */
  readonly trace?: TraceIdWords;
  readonly spanHigh?: number;
  readonly spanLow?: number;
  /** Both zero for a root. */
  readonly parentHigh?: number;
  readonly parentLow?: number;
  /** W3C tracestate, empty for none. */
  readonly traceState: string;
  /** OTLP `Span.flags`: W3C flags in bits 0–7, 0x100 "is remote is known", 0x200 "parent is remote". */
  readonly flags: number;
  readonly name: string;
  /** OTLP `SpanKind`: 1 internal, 2 server, 3 client, 4 producer, 5 consumer (the API's kind plus one). */
  readonly kind: number;
  readonly startSeconds: number;
  readonly startNanos: number;
  readonly endSeconds: number;
  readonly endNanos: number;
  readonly attributes: AttributePairs;
  /** Attributes beside those, shared with other spans; no key is in both. */
  readonly constants?: ConstantAttributes | undefined;
  readonly droppedAttributesCount: number;
  readonly events: readonly EventRecord[];
  readonly droppedEventsCount: number;
  readonly links: readonly LinkRecord[];
  readonly droppedLinksCount: number;
  /** 0 unset, 1 ok, 2 error. */
  readonly statusCode: number;
  readonly statusMessage: string;
}

/** Who made a span: OTLP `InstrumentationScope` and its schema URL. */
export interface ScopeRecord {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string;
  readonly attributes: AttributePairs;
}

/** Where a span was made: OTLP `Resource` and its schema URL. */
export interface ResourceRecord {
  readonly schemaUrl: string;
  readonly attributes: AttributePairs;
}
