import {
  type Attributes,
  type Context,
  type Link,
  SamplingDecision,
  type SpanKind,
  TraceFlags,
  type TraceState,
  trace,
} from '@opentelemetry/api';

/** What a sampler answers; the SDK's shape. */
export interface SamplingResult {
  /** `NOT_RECORD` 0, `RECORD` 1, `RECORD_AND_SAMPLED` 2. */
  readonly decision: number;
  /** Attributes to set on the span. */
  readonly attributes?: Readonly<Attributes>;
  /** The tracestate of the new span; absent means the parent's. */
  readonly traceState?: TraceState;
}

/** Decides whether a span is recorded and whether its sampled flag is set. Samplers of the SDK fit. */
export interface Sampler {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;
  toString(): string;
  /**
   * True: a child of a recording span of the same provider takes that span's flag and tracestate, and the sampler is not
   * asked. Saves the question for all but the first span of a request. Default false.
   */
  readonly inheritsLocalParent?: boolean;
  /**
   * Asked instead of `shouldSample` for a span without any parent, with no object made for the question: the last 56 bits of its
   * trace id, which are random, as their upper 24 and lower 32, and its attributes as key, value, key, value …
   */
  sampleRoot?(randomHigh: number, randomLow: number, attributes: readonly unknown[]): SamplingResult;
}

const RECORD_AND_SAMPLED: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };
const NOT_RECORD: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/** OpenTelemetry's default: follows the parent's sampled flag; everything without a parent is sampled. */
export const parentBasedAlwaysOn: Sampler = {
  inheritsLocalParent: true,
  shouldSample(context) {
    const parent = trace.getSpanContext(context);
    if (parent === undefined || !trace.isSpanContextValid(parent)) return RECORD_AND_SAMPLED;
    return (parent.traceFlags & TraceFlags.SAMPLED) === 0 ? NOT_RECORD : RECORD_AND_SAMPLED;
  },
  toString: () => 'ParentBased{root=AlwaysOnSampler}',
};
