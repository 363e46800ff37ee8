import type { TracerProvider } from '@opentelemetry/api';
import type { ScopeRecord } from '@vigil/otlp-exporter';
import { type ForeignSpanProcessor, ForeignSpanProcessors } from './foreign-span-processors.ts';
import { type IdGenerator, IdPool } from './id-pool.ts';
import { type LightTracerOptions, scopeRecord } from './instrumentation-scope.ts';
import { type ResourceLike, resourceRecord } from './light-resource.ts';
import type { LightSpanProcessor } from './light-span-processor.ts';
import { LightTracer } from './light-tracer.ts';
import { OpenSpans } from './open-spans.ts';
import { optionProblems, ownOptions } from './option-problems.ts';
import { RateLimitedDiag } from './rate-limited-diag.ts';
import { parentBasedAlwaysOn, type Sampler } from './sampler.ts';
import { allSettledWithin } from './settle-within.ts';
import { SpanClock, type SpanTimeSource, systemTime } from './span-clock.ts';
import { resolveSpanLimits, type SpanLimits } from './span-limits.ts';
import type { TracerSettings } from './tracer-settings.ts';

export interface LightTracerProviderOptions {
  /** Who sends: a `Resource` of `@opentelemetry/resources`, or an object with `attributes`. */
  readonly resource: ResourceLike;
  /** Default: follow the parent's sampled flag, sample everything without a parent. */
  readonly sampler?: Sampler | undefined;
  /** Default: OpenTelemetry's, 128 of everything, values of any length. */
  readonly spanLimits?: { readonly [K in keyof SpanLimits]?: number | undefined } | undefined;
  /**
   * Spans that are open at one time; a further one is not recorded, and a `processor` hears of it by `onRefused`. Default 50,000,
   * which take about 36 MiB; at least 1.
   */
  readonly maxOpenSpans?: number | undefined;
  /** Default: ids from a pool of random bytes. */
  readonly idGenerator?: IdGenerator | undefined;
  /** Gets the light spans themselves. */
  readonly processor?: LightSpanProcessor | undefined;
  /** Span processors of the SDK; they come before `processor`. Default none, and then no `ReadableSpan` is ever made. */
  readonly spanProcessors?: readonly ForeignSpanProcessor[] | undefined;
  /** Where times come from; for tests and simulations. Default: this machine. */
  readonly timeSource?: SpanTimeSource | undefined;
}

/** Names of tracers are written in code, so there are few; an application that makes names up must not grow this without end. */
const SCOPES_MAXIMUM = 1000;
const OPEN_SPANS_MAXIMUM = 50_000;
const FLUSH_TIMEOUT_MILLIS = 30_000;

/**
 * A tracer provider whose spans cost a fraction of the SDK's: `trace.setGlobalTracerProvider(provider)` and everything written
 * for OpenTelemetry's API works with it.
 *
 * ```ts
 * import { trace } from '@opentelemetry/api';
 * import { LightTracerProvider } from '@vigil/tracer';
 *
 * const provider = new LightTracerProvider({
 *   resource: { attributes: { 'service.name': 'shop' } },
 *   spanLimits: { attributeValueLengthLimit: 4096 },
 * });
 * trace.setGlobalTracerProvider(provider);
 * ```
 *
 * @throws Error once, at construction, naming every option that is wrong. Nothing throws later.
 */
export class LightTracerProvider implements TracerProvider {
  readonly #settings: TracerSettings;
  readonly #tracers = new Map<string, LightTracer>();
  readonly #overflow: LightTracer;
  readonly #resourceSettled: Promise<void>;

  constructor(given: LightTracerProviderOptions) {
    const options = ownOptions(given);
    const problems = optionProblems(options);
    if (problems.length > 0) throw new Error(`LightTracerProvider: ${problems.join('; ')}`);
    const timeSource = options.timeSource ?? systemTime;
    const diag = new RateLimitedDiag(() => timeSource.monotonicMillis());
    const foreign = options.spanProcessors ?? [];
    const idGenerator = options.idGenerator ?? new IdPool();
    this.#settings = {
      resource: resourceRecord(options.resource),
      resourcePending: options.resource.asyncAttributesPending === true,
      sampler: options.sampler ?? parentBasedAlwaysOn,
      spanLimits: resolveSpanLimits(options.spanLimits ?? {}),
      idGenerator,
      // A subclass may make ids of its own.
      idPool: idGenerator instanceof IdPool && idGenerator.constructor === IdPool ? idGenerator : undefined,
      clock: new SpanClock(timeSource),
      openSpans: new OpenSpans(options.maxOpenSpans ?? OPEN_SPANS_MAXIMUM),
      processor: options.processor,
      foreign: foreign.length === 0 ? undefined : new ForeignSpanProcessors([...foreign], options.resource, diag),
      diag,
    };
    this.#overflow = this.#tracer(scopeRecord('vigil.tracer.overflow', '', undefined));
    this.#resourceSettled = this.#settleResource(options.resource);
  }

  /** The tracer of an instrumentation scope; the same one for the same name, version, schema URL and attributes. Never throws. */
  getTracer(name: string, version?: string, options?: LightTracerOptions): LightTracer {
    const scope = scopeRecord(name, version, options);
    if (scope.name === '') this.#settings.diag.warn('a tracer has no name');
    const key = scopeKey(scope);
    const known = this.#tracers.get(key);
    if (known !== undefined) return known;
    if (this.#tracers.size >= SCOPES_MAXIMUM) {
      this.#settings.diag.warn('too many instrumentation scopes: further ones share one tracer', scope.name);
      return this.#overflow;
    }
    const tracer = this.#tracer(scope);
    this.#tracers.set(key, tracer);
    return tracer;
  }

  /** Resolves once attributes of the resource that were still being found out are known, or failed. Never rejects. */
  resourceSettled(): Promise<void> {
    return this.#resourceSettled;
  }

  /**
   * Asks every processor to deliver what it has. Rejects with the array of errors, as the SDK does, when one fails or takes
   * longer than `timeoutMillis` (default 30,000); a rejection nobody handles is not reported to the process.
   */
  forceFlush(options?: { timeoutMillis?: number }): Promise<void> {
    const calls = this.#processors().map((processor) => () => processor.forceFlush());
    return allSettledWithin(calls, options?.timeoutMillis ?? FLUSH_TIMEOUT_MILLIS);
  }

  /** Shuts every processor down; rejects as `forceFlush` does. Spans that end later are still given to the processors. */
  shutdown(options?: { timeoutMillis?: number }): Promise<void> {
    const calls = this.#processors().map((processor) => () => processor.shutdown());
    return allSettledWithin(calls, options?.timeoutMillis ?? FLUSH_TIMEOUT_MILLIS);
  }

  #processors(): readonly { forceFlush(): Promise<void>; shutdown(): Promise<void> }[] {
    const { foreign, processor } = this.#settings;
    return [...(foreign?.processors ?? []), ...(processor === undefined ? [] : [processor])];
  }

  #tracer(scope: ScopeRecord): LightTracer {
    return new LightTracer(scope, this.#settings);
  }

  async #settleResource(resource: ResourceLike): Promise<void> {
    if (!this.#settings.resourcePending) return;
    try {
      await resource.waitForAsyncAttributes?.();
      this.#settings.resource = resourceRecord(resource);
    } catch {
      // What could not be found out stays out; the spans carry the rest.
    }
    this.#settings.resourcePending = false;
  }
}

function scopeKey(scope: ScopeRecord): string {
  // Recordable values are plain, without cycles and bigints: JSON can say them.
  const attributes = scope.attributes.length === 0 ? '' : JSON.stringify(scope.attributes);
  return `${scope.name}@${scope.version}:${scope.schemaUrl}${attributes}`;
}
