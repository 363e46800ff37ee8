export { joinReader } from './collect/join-reader.ts';
export type { ReaderOptions } from './collect/reader.ts';
export type { RegistryProducer } from './collect/registry-producer.ts';
export {
  type CollectableMetricRegistry,
  createMetricRegistry,
  type MetricRegistryOptions,
} from './create-metric-registry.ts';
export type { Exemplar, PointWithExemplars } from './exemplar/exemplar.ts';
export type {
  ExemplarSpan,
  HistogramSeries,
  LabelValue,
  MetricRegistry,
  Observe,
  SeriesOf,
  SumSeries,
} from './metric-registry.ts';
export { prometheusNamed } from './prometheus/prometheus-names.ts';
