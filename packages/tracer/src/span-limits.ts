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

/**
 * What "no limit" is inside: an integer V8 compares without converting, twice of it too, and more than any string or span holds.
 */
export const NO_LIMIT = 0x1fff_ffff;

/** Fills in the defaults; a value left `undefined` counts as absent, `Infinity` becomes `NO_LIMIT`. */
export function resolveSpanLimits(asked: { readonly [K in keyof SpanLimits]?: number | undefined }): SpanLimits {
  const limit = (name: keyof SpanLimits): number => Math.min(asked[name] ?? DEFAULT_SPAN_LIMITS[name], NO_LIMIT);
  return {
    // The SDK ignores a length limit of 0.
    attributeValueLengthLimit: limit('attributeValueLengthLimit') || NO_LIMIT,
    attributeCountLimit: limit('attributeCountLimit'),
    eventCountLimit: limit('eventCountLimit'),
    linkCountLimit: limit('linkCountLimit'),
    attributePerEventCountLimit: limit('attributePerEventCountLimit'),
    attributePerLinkCountLimit: limit('attributePerLinkCountLimit'),
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
