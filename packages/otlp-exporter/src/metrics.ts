export { OtlpMetricExporter, type OtlpMetricExporterOptions } from './otlp-metric-exporter.ts';
