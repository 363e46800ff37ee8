/** How much a span may hold; what is beyond is dropped and counted on the span. OpenTelemetry's names and defaults. */
export interface SpanLimits {
  /** Code units of a string, bytes of a byte array; nested values too. Default: no limit. 0 means no limit, as in the SDK. */
  readonly attributeValueLengthLimit: number;
  /** Attributes of a span. Default 128; 0 keeps none. */
  readonly attributeCountLimit: number;
  /** Events of a span, the newest are kept. Default 128; 0 keeps none. */
  readonly eventCountLimit: number;
  /** Links of a span, the newest are kept. Default 128; 0 keeps none. */
  readonly linkCountLimit: number;
  /** Attributes of one event. Default 128; 0 keeps none. */
  readonly attributePerEventCountLimit: number;
  /** Attributes of one link. Default 128; 0 keeps none. */
  readonly attributePerLinkCountLimit: number;
}

export const DEFAULT_SPAN_LIMITS: SpanLimits = {
  attributeValueLengthLimit: Number.POSITIVE_INFINITY,
  attributeCountLimit: 128,
  eventCountLimit: 128,
  linkCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};

/** Fills in the defaults; a value left `undefined` counts as absent. */
export function resolveSpanLimits(asked: { readonly [K in keyof SpanLimits]?: number | undefined }): SpanLimits {
  const valueLength = asked.attributeValueLengthLimit ?? DEFAULT_SPAN_LIMITS.attributeValueLengthLimit;
  return {
    attributeValueLengthLimit: valueLength === 0 ? Number.POSITIVE_INFINITY : valueLength,
    attributeCountLimit: asked.attributeCountLimit ?? DEFAULT_SPAN_LIMITS.attributeCountLimit,
    eventCountLimit: asked.eventCountLimit ?? DEFAULT_SPAN_LIMITS.eventCountLimit,
    linkCountLimit: asked.linkCountLimit ?? DEFAULT_SPAN_LIMITS.linkCountLimit,
    attributePerEventCountLimit: asked.attributePerEventCountLimit ?? DEFAULT_SPAN_LIMITS.attributePerEventCountLimit,
    attributePerLinkCountLimit: asked.attributePerLinkCountLimit ?? DEFAULT_SPAN_LIMITS.attributePerLinkCountLimit,
  };
}

/** What is wrong with asked-for limits: one sentence a value. */
export function spanLimitProblems(asked: { readonly [K in keyof SpanLimits]?: unknown }): string[] {
  const problems: string[] = [];
  for (const name of Object.keys(DEFAULT_SPAN_LIMITS) as (keyof SpanLimits)[]) {
    const value = asked[name];
    const whole = typeof value === 'number' && value >= 0 && (Number.isInteger(value) || value === Infinity);
    if (value !== undefined && !whole) {
      problems.push(`spanLimits.${name}: expected a whole number from 0 or Infinity, got ${String(value)}`);
    }
  }
  return problems;
}
