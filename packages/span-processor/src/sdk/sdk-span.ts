import type { SpanContext } from '@opentelemetry/api';

/** Seconds and nanoseconds. */
export type SdkTime = readonly [seconds: number, nanos: number];

export interface SdkResource {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly schemaUrl?: string | undefined;
  /** Detectors still look for attributes. */
  readonly asyncAttributesPending?: boolean | undefined;
  waitForAsyncAttributes?(): Promise<void>;
}

export interface SdkScope {
  readonly name: string;
  readonly version?: string | undefined;
  readonly schemaUrl?: string | undefined;
}

export interface SdkEvent {
  readonly name: string;
  readonly time: SdkTime;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

export interface SdkLink {
  readonly context: SpanContext;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/** What the processor reads of a span of the SDK: `ReadableSpan` of both 2.x and 3.x fits. */
export interface SdkSpan {
  readonly name: string;
  readonly kind: number;
  spanContext(): SpanContext;
  readonly parentSpanContext?: SpanContext | undefined;
  readonly startTime: SdkTime;
  readonly endTime: SdkTime;
  readonly duration: SdkTime;
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly SdkLink[];
  readonly events: readonly SdkEvent[];
  readonly resource: SdkResource;
  readonly instrumentationScope: SdkScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}
