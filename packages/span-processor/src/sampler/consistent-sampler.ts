import {
  type Attributes,
  type Context,
  createTraceState,
  type SpanContext,
  TraceFlags,
  type TraceState,
  trace,
} from '@opentelemetry/api';
import type { AttributePairs } from '@vigil/otlp-exporter';
import type { Random } from '@vigil/otlp-exporter/core';
import { RouteRules } from '../route/route-rule.ts';
import { routeOfAttributes, routeOfPairs } from '../route/span-route.ts';
import { OT, readOt } from './ot-member.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';
import {
  type ConsistentSamplerOptions,
  type ResolvedSamplerOptions,
  resolveSamplerOptions,
} from './sampler-options.ts';
import { areAtLeast, bitsOf, isAtLeast, randomnessOf, type ThresholdBits, thresholdOf } from './threshold.ts';
import { setThreshold } from './trace-state-threshold.ts';

/** The API's `SamplingDecision`; its enum is deprecated there, its numbers are the contract. */
const NOT_RECORD = 0;
const RECORD = 1;
const RECORD_AND_SAMPLED = 2;

export interface SamplingResult {
  readonly decision: 0 | 1 | 2;
  /** The parent's stays when this is undefined. */
  readonly traceState?: TraceState;
}

/** Fits `Sampler` of the SDKs 2 and 3, structurally. */
export interface ConsistentSampler {
  /** Children of a local recording parent get its decision: a tracer that copies flags and trace state need not ask. */
  readonly inheritsLocalParent: boolean;
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: number,
    attributes: Attributes,
    links: unknown,
  ): SamplingResult;
  /** `shouldSample` of a span without any parent, for a tracer that has the last 56 bits of its trace id as numbers. */
  sampleRoot(randomHigh: number, randomLow: number, attributes: AttributePairs): SamplingResult;
  toString(): string;
}

/** What a threshold says of the traces that begin here. */
interface Beginning {
  readonly bits: ThresholdBits;
  readonly result: SamplingResult;
}

/**
 * Creates the head sampler: consistent probability (W3C `tracestate: ot=th:…;rv:…`), aware of the parent, with limited trust
 * in a sampled flag that comes from outside. Default: one trace in ten, health checks none, and every span is recorded so
 * that errors and slow traces can be retained at their end. `shouldSample` never throws.
 *
 * @throws TypeError that names every bad option.
 *
 * @example
 * ```ts
 * import { TracerProvider } from '@opentelemetry/sdk-trace';
 * import { createConsistentSampler, ResilientSpanProcessor } from '@vigil/span-processor';
 *
 * const routes = [{ route: '/checkout', ratio: 1 }];
 * const provider = new TracerProvider({
 *   sampler: createConsistentSampler({ ratio: 0.05, routes }),
 *   spanProcessors: [new ResilientSpanProcessor({ routes })],
 * });
 * provider.getTracer('shop').startSpan('GET /checkout').end();
 * ```
 */
export function createConsistentSampler(options: ConsistentSamplerOptions = {}): ConsistentSampler {
  return new Sampler(resolveSamplerOptions(options));
}

class Sampler implements ConsistentSampler {
  readonly inheritsLocalParent: boolean;
  readonly #options: ResolvedSamplerOptions;
  readonly #threshold: string | undefined;
  readonly #routes: RouteRules;
  readonly #isTrusted: RateLimit;
  readonly #random: Random;
  readonly #unsampled: SamplingResult;
  /** By threshold: as many as there are different rates in the options. */
  readonly #beginnings = new Map<string, Beginning>();

  constructor(options: ResolvedSamplerOptions) {
    this.#options = options;
    this.inheritsLocalParent = options.parentBased;
    this.#threshold = thresholdOf(options.ratio);
    this.#routes = new RouteRules(options.routes);
    this.#isTrusted = createRateLimit(options.trustedParentsPerSecond, options.clock);
    this.#random = options.random;
    this.#unsampled = { decision: options.recordUnsampled ? RECORD : NOT_RECORD };
  }

  shouldSample(
    context: Context,
    traceId: string,
    _spanName: string,
    _spanKind: number,
    attributes: Attributes,
  ): SamplingResult {
    try {
      const parent = trace.getSpanContext(context);
      // A tracer makes a new trace id where it finds the parent invalid, so there is no need to look at ids again.
      if (parent === undefined || parent.traceId !== traceId) return this.#begin(traceId, attributes);
      if (!this.#options.parentBased) return this.#decide(traceId, attributes, parent.traceState);
      return this.#follow(parent);
    } catch {
      // A foreign context, trace state or attribute object that throws must not end the application's request.
      return this.#unsampled;
    }
  }

  sampleRoot(randomHigh: number, randomLow: number, attributes: AttributePairs): SamplingResult {
    const route = this.#routes.size === 0 ? undefined : routeOfPairs(attributes);
    const threshold = this.#routes.thresholdFor(route, this.#threshold);
    if (threshold === undefined) return this.#unsampled;
    const { bits, result } = this.#beginning(threshold);
    return areAtLeast(randomHigh, randomLow, bits) ? result : this.#unsampled;
  }

  toString(): string {
    const { ratio, parentBased } = this.#options;
    return `ConsistentSampler{ratio=${ratio},parentBased=${parentBased}}`;
  }

  #begin(traceId: string, attributes: Attributes): SamplingResult {
    const threshold = this.#routes.thresholdFor(routeOfAttributes(attributes), this.#threshold);
    if (threshold === undefined || !isAtLeast(randomnessOf(traceId, undefined), threshold)) return this.#unsampled;
    return this.#beginning(threshold).result;
  }

  #beginning(threshold: string): Beginning {
    const known = this.#beginnings.get(threshold);
    if (known !== undefined) return known;
    const result = { decision: RECORD_AND_SAMPLED, traceState: createTraceState(`${OT}=th:${threshold}`) } as const;
    const beginning: Beginning = { bits: bitsOf(threshold), result };
    this.#beginnings.set(threshold, beginning);
    return beginning;
  }

  /** Own decision inside a trace that began elsewhere, whatever its flag says. */
  #decide(traceId: string, attributes: Attributes, traceState: TraceState | undefined): SamplingResult {
    if (traceState === undefined) return this.#begin(traceId, attributes);
    const threshold = this.#routes.thresholdFor(routeOfAttributes(attributes), this.#threshold);
    const randomness = randomnessOf(traceId, readOt(traceState.get(OT)).randomness);
    if (threshold === undefined || !isAtLeast(randomness, threshold)) return this.#unsampledIn(traceState);
    return { decision: RECORD_AND_SAMPLED, traceState: setThreshold(traceState, threshold) };
  }

  #follow(parent: SpanContext): SamplingResult {
    const { traceId, traceFlags, traceState, isRemote } = parent;
    if ((traceFlags & TraceFlags.SAMPLED) === 0) return this.#unsampledIn(traceState);
    if (isRemote !== true) return SAMPLED;
    if (this.#isTrusted()) {
      if (traceState === undefined) return SAMPLED;
      const { threshold, randomness } = readOt(traceState.get(OT));
      // A sampled trace below its own threshold contradicts itself: the flag stands, the adjusted count is unknown.
      const isSound = threshold !== undefined && isAtLeast(randomnessOf(traceId, randomness), threshold);
      return isSound ? SAMPLED : { decision: RECORD_AND_SAMPLED, traceState: setThreshold(traceState, undefined) };
    }
    // Who sends the flag also chooses the trace id, so beyond the limit the draw is ours: a flag then gives no more than
    // no flag would. The rate of such a trace is unknown, so it claims no adjusted count.
    if (this.#random() >= this.#options.ratio) return this.#unsampledIn(traceState);
    if (traceState === undefined) return SAMPLED;
    return { decision: RECORD_AND_SAMPLED, traceState: setThreshold(traceState, undefined) };
  }

  #unsampledIn(traceState: TraceState | undefined): SamplingResult {
    if (traceState === undefined) return this.#unsampled;
    const clean = setThreshold(traceState, undefined);
    return clean === traceState ? this.#unsampled : { decision: this.#unsampled.decision, traceState: clean };
  }
}

const SAMPLED: SamplingResult = { decision: RECORD_AND_SAMPLED };
