export { OtlpLogRecordProcessor, type OtlpLogRecordProcessorOptions } from './otlp-log-record-processor.ts';
