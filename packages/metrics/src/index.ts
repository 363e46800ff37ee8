export type {
  ExemplarSpan,
  HistogramSeries,
  LabelValue,
  MetricRegistry,
  Observe,
  SeriesOf,
  SumSeries,
} from './metric-registry.ts';
