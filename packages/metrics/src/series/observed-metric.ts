import type { Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  InstrumentType,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import type { Metric } from '@vigil/conventions';
import { hrTimeOf } from '../collect/hr-time.ts';
import { descriptorOf, type MetricStream } from '../collect/metric-stream.ts';
import type { Collection } from '../collect/reader.ts';
import type { LabelValue, Observe } from '../metric-registry.ts';
import { SeriesTree } from './series-tree.ts';
import type { SumMetricOptions } from './sum-metric.ts';

/** One set of labels in one collection. */
interface Observation {
  readonly attributes: Attributes;
  value: number;
}

/** A counter, up-down counter or gauge that is read when somebody collects. */
export class ObservedMetric implements MetricStream {
  readonly metric: Metric;
  refused = 0;
  readonly #options: SumMetricOptions;
  readonly #startMillis: number;
  readonly #callbacks = new Set<{ readonly observe: Observe }>();
  /** By reader: what its last collection saw, from which the next deltas are taken. */
  readonly #before: (SeriesTree<Observation> | undefined)[] = [];

  constructor(metric: Metric, options: SumMetricOptions) {
    this.metric = metric;
    this.#options = options;
    this.#startMillis = options.nowMillis();
  }

  /** The same callback may be there twice. */
  add(observe: Observe): () => void {
    const callback = { observe };
    this.#callbacks.add(callback);
    return () => void this.#callbacks.delete(callback);
  }

  collect(collection: Collection, errors: unknown[]): MetricData | undefined {
    const tree = this.#observed(errors);
    if (tree.all.length === 0) return undefined;
    const { kind } = this.metric;
    const descriptor = descriptorOf(this.metric);
    const { temporality } = collection.reader;
    if (kind === 'gauge') {
      const dataPoints = this.#points(tree, collection, false);
      const aggregationTemporality = temporality(InstrumentType.OBSERVABLE_GAUGE);
      return { descriptor, aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints };
    }
    const isMonotonic = kind === 'counter';
    const instrument = isMonotonic ? InstrumentType.OBSERVABLE_COUNTER : InstrumentType.OBSERVABLE_UP_DOWN_COUNTER;
    const aggregationTemporality = temporality(instrument);
    const dataPoints = this.#points(tree, collection, aggregationTemporality === AggregationTemporality.DELTA);
    return { descriptor, aggregationTemporality, dataPointType: DataPointType.SUM, dataPoints, isMonotonic };
  }

  #observed(errors: unknown[]): SeriesTree<Observation> {
    // Anew each time: what is no longer observed is gone.
    const tree = new SeriesTree<Observation>({
      keys: this.metric.attributes,
      limit: this.#options.cardinalityLimit,
      create: (attributes) => ({ attributes, value: 0 }),
    });
    for (const { observe } of [...this.#callbacks]) {
      const given: (readonly [value: number, labels: readonly LabelValue[]])[] = [];
      try {
        observe((value, ...labels) => void given.push([value, labels]));
      } catch (error) {
        errors.push(error);
        continue;
      }
      for (const [value, labels] of given) this.#put(tree, value, labels);
    }
    this.refused += tree.refused;
    return tree;
  }

  #put(tree: SeriesTree<Observation>, value: number, labels: readonly LabelValue[]): void {
    if (!Number.isFinite(value)) return;
    const observation = tree.at(labels);
    observation.value = this.metric.kind === 'gauge' ? value : observation.value + value;
  }

  #points(tree: SeriesTree<Observation>, { reader, millis }: Collection, isDelta: boolean): DataPoint<number>[] {
    const before = isDelta ? this.#before[reader.index] : undefined;
    if (isDelta) this.#before[reader.index] = tree;
    const startMillis = isDelta ? Math.max(this.#startMillis, reader.lastMillis) : this.#startMillis;
    const startTime = hrTimeOf(Math.min(startMillis, millis));
    const endTime = hrTimeOf(millis);
    return tree.all.map((observation) => {
      const { attributes, value } = observation;
      const past = (observation === tree.overflow ? before?.overflow : before?.find(this.#labelsOf(attributes)))?.value;
      // A total that is smaller than before was begun anew.
      const isReset = past === undefined || (this.metric.kind === 'counter' && past > value);
      return { attributes, startTime, endTime, value: isReset ? value : value - past };
    });
  }

  #labelsOf(attributes: Attributes): readonly LabelValue[] {
    return this.metric.attributes.map((key) => attributes[key] as LabelValue);
  }
}
