import type { ResourceRecord, ScopeRecord } from '@vigil/otlp-exporter';
import type { ForeignSpanProcessors } from './foreign-span-processors.ts';
import type { IdGenerator, IdPool } from './id-pool.ts';
import type { LightSpanProcessor } from './light-span-processor.ts';
import type { OpenSpans } from './open-spans.ts';
import type { RateLimitedDiag } from './rate-limited-diag.ts';
import type { Sampler } from './sampler.ts';
import type { SpanClock } from './span-clock.ts';
import type { SpanLimits } from './span-limits.ts';

/** What all tracers of one provider have in common: one object. */
export interface TracerSettings {
  /** Replaced by another object once attributes that were still being found out are known. */
  resource: ResourceRecord;
  /** True until then. */
  resourcePending: boolean;
  readonly sampler: Sampler;
  readonly spanLimits: SpanLimits;
  readonly idGenerator: IdGenerator;
  /** The generator, when it is ours: it gives words as well. */
  readonly idPool: IdPool | undefined;
  readonly clock: SpanClock;
  readonly openSpans: OpenSpans;
  readonly processor: LightSpanProcessor | undefined;
  readonly foreign: ForeignSpanProcessors | undefined;
  readonly diag: RateLimitedDiag;
}

/** What a span knows of the tracer that made it. */
export interface SpanOrigin {
  readonly scope: ScopeRecord;
  readonly settings: TracerSettings;
}
