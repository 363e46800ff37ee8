import { diag } from '@opentelemetry/api';
import type { MetricData, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { type Metric, VIGIL_METRIC_OVERFLOWS } from '@vigil/conventions';
import type { MetricStream } from './collect/metric-stream.ts';
import { type Collection, Reader, type ReaderOptions } from './collect/reader.ts';
import { RegistryProducer } from './collect/registry-producer.ts';
import { ExemplarBudget } from './exemplar/exemplar-budget.ts';
import { HistogramMetric } from './histogram/histogram-metric.ts';
import type { MetricRegistry, Observe } from './metric-registry.ts';
import { ObservedMetric } from './series/observed-metric.ts';
import { SumMetric, type SumMetricOptions } from './series/sum-metric.ts';

export interface MetricRegistryOptions {
  /** Series of one metric at most, the one for what is beyond included. Default: 2,000, OpenTelemetry's own; at least 2. */
  readonly cardinalityLimit?: number;
  /** Histograms are kept in exponential buckets as well, for readers that want these. Default: false. */
  readonly exponentialHistograms?: boolean;
  /** Spans held at most as candidates for exemplars, over all metrics; 0: no exemplars. Default: 2,048. */
  readonly maxExemplarCandidates?: number;
  /** Epoch milliseconds. Default: `Date.now`. */
  readonly nowMillis?: () => number;
}

/** The registry as its owner sees it; instrumentations get a {@link MetricRegistry}. */
export interface CollectableMetricRegistry extends MetricRegistry {
  /** For one reader: what was collected by one is not missing from the others. Readers come before the first collection. */
  producer(options?: ReaderOptions): RegistryProducer;
}

/**
 * Metrics aggregated on the hot path: see README.md. Nothing it returns throws.
 *
 * @throws RangeError for options out of their range.
 * @example
 * ```ts
 * import { HTTP_SERVER_REQUEST_DURATION } from '@vigil/conventions';
 * import { createMetricRegistry } from '@vigil/metrics';
 *
 * const registry = createMetricRegistry();
 * const durations = registry.histogram(HTTP_SERVER_REQUEST_DURATION);
 * const orders = durations.series(undefined, 'GET', 200, '/orders/:id', '1.1', 'http'); // kept
 * orders.record(0.012);
 * console.log(registry.producer().collectNow());
 * ```
 */
export function createMetricRegistry(options: MetricRegistryOptions = {}): CollectableMetricRegistry {
  return new Registry(options);
}

/** What there is of one metric. */
interface Streams {
  recorded: HistogramMetric | SumMetric | undefined;
  observed: ObservedMetric | undefined;
}

class Registry implements CollectableMetricRegistry {
  readonly #streams = new Map<string, Streams>();
  readonly #readers: Reader[] = [];
  /** Those that have not stopped. */
  readonly #exemplarReaders = new Set<Reader>();
  readonly #budget = new ExemplarBudget();
  readonly #cardinalityLimit: number;
  readonly #isExponential: boolean;
  readonly #maxExemplarCandidates: number;
  readonly #nowMillis: () => number;
  /** Collected last, so that it knows of this collection too. */
  readonly #overflows: ObservedMetric;

  constructor({
    cardinalityLimit = 2_000,
    exponentialHistograms = false,
    maxExemplarCandidates = 2_048,
    nowMillis = Date.now,
  }: MetricRegistryOptions) {
    check('cardinalityLimit', cardinalityLimit, 2);
    check('maxExemplarCandidates', maxExemplarCandidates, 0);
    this.#cardinalityLimit = cardinalityLimit;
    this.#isExponential = exponentialHistograms;
    this.#maxExemplarCandidates = maxExemplarCandidates;
    this.#nowMillis = nowMillis;
    this.#overflows = new ObservedMetric(VIGIL_METRIC_OVERFLOWS, { cardinalityLimit, nowMillis });
    this.#overflows.add((give) => {
      for (const [name, { recorded, observed }] of this.#streams) {
        give((recorded?.refused ?? 0) + (observed?.refused ?? 0), name);
      }
    });
  }

  histogram(metric: Metric): HistogramMetric {
    const known = this.#streams.get(metric.name)?.recorded;
    if (known instanceof HistogramMetric) return known;
    const made = new HistogramMetric(metric, {
      cardinalityLimit: this.#cardinalityLimit,
      isExponential: this.#isExponential,
      budget: this.#budget,
      nowMillis: this.#nowMillis,
    });
    this.#keep(made, 'histogram', known);
    return made;
  }

  counter(metric: Metric): SumMetric {
    return this.#sum(metric, 'counter');
  }

  upDownCounter(metric: Metric): SumMetric {
    return this.#sum(metric, 'updowncounter');
  }

  observe(metric: Metric, callback: Observe): () => void {
    const known = this.#streams.get(metric.name);
    const observed = known?.observed ?? new ObservedMetric(metric, this.#sumOptions());
    if (metric.kind === 'histogram') warnOfKind(metric, 'something observed');
    else if (known === undefined) this.#streams.set(metric.name, { recorded: undefined, observed });
    else known.observed = observed;
    return observed.add(callback);
  }

  producer(options: ReaderOptions = {}): RegistryProducer {
    const reader = new Reader(this.#readers.length, options, this.#nowMillis());
    this.#readers.push(reader);
    if (reader.wantsExemplars) this.#exemplarReaders.add(reader);
    this.#budget.limit = this.#exemplarReaders.size > 0 ? this.#maxExemplarCandidates : 0;
    return new RegistryProducer(
      (errors) => this.#collect(reader, errors),
      () => this.#stop(reader),
    );
  }

  #stop(reader: Reader): void {
    if (!this.#exemplarReaders.delete(reader) || this.#exemplarReaders.size > 0) return;
    this.#budget.limit = 0;
    for (const { recorded } of this.#streams.values())
      if (recorded instanceof HistogramMetric) recorded.dropCandidates();
  }

  #sum(metric: Metric, kind: 'counter' | 'updowncounter'): SumMetric {
    const known = this.#streams.get(metric.name)?.recorded;
    if (known instanceof SumMetric && known.metric.kind === kind) return known;
    const made = new SumMetric(metric, kind === 'counter', this.#sumOptions());
    this.#keep(made, kind, known);
    return made;
  }

  #sumOptions(): SumMetricOptions {
    return { cardinalityLimit: this.#cardinalityLimit, nowMillis: this.#nowMillis };
  }

  /** What does not fit the dictionary can be recorded to and is read by nobody: the application must not feel a mistake of ours. */
  #keep(made: HistogramMetric | SumMetric, kind: Metric['kind'], known: object | undefined): void {
    const { metric } = made;
    const streams = this.#streams.get(metric.name);
    if (metric.kind !== kind || known !== undefined) warnOfKind(metric, `a ${kind}`);
    else if (streams === undefined) this.#streams.set(metric.name, { recorded: made, observed: undefined });
    else streams.recorded = made;
  }

  #collect(reader: Reader, errors: unknown[]): ScopeMetrics[] {
    const collection: Collection = { reader, readers: this.#readers, millis: this.#nowMillis() };
    const scopes = new Map<string, MetricData[]>();
    for (const { recorded, observed } of [...this.#streams.values()]) {
      const metric = joined(recorded?.collect(collection), observed?.collect(collection, errors));
      put(scopes, recorded ?? observed, metric);
    }
    put(scopes, this.#overflows, this.#overflows.collect(collection, errors));
    reader.lastMillis = collection.millis;
    return Array.from(scopes, ([name, metrics]) => ({ scope: { name }, metrics }));
  }
}

/** A metric may be recorded here and observed there: the sets of labels differ then. */
function joined(recorded: MetricData | undefined, observed: MetricData | undefined): MetricData | undefined {
  if (recorded === undefined || observed === undefined) return recorded ?? observed;
  return { ...recorded, dataPoints: [...recorded.dataPoints, ...observed.dataPoints] } as MetricData;
}

function put(scopes: Map<string, MetricData[]>, stream: MetricStream | undefined, data: MetricData | undefined): void {
  if (stream === undefined || data === undefined) return;
  const { source } = stream.metric;
  const metrics = scopes.get(source);
  if (metrics === undefined) scopes.set(source, [data]);
  else metrics.push(data);
}

function warnOfKind({ name, kind }: Metric, asked: string): void {
  diag.warn(`metric ${name}: it is a ${kind} and was asked for as ${asked}; nothing of it is published`);
}

function check(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(`metric registry: ${name}: expected an integer from ${least} on, got ${value}`);
}
