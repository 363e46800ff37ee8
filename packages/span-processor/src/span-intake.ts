import type { ResourceRecord, ScopeRecord, SpanRecord } from '@vigil/otlp-exporter';
import type { RootJudge } from './retention/root-judge.ts';
import type { TraceAccounts, TraceBuffer } from './retention/trace-buffer.ts';

/** OTLP's and the API's number of the status `ERROR`. */
export const STATUS_ERROR = 2;
export const SAMPLED_FLAG = 0x01;

/** The main-thread end of an export pipeline, as far as spans go into it: `SpanPipe`. No method throws. */
export interface SpanSink extends TraceAccounts {
  stream(resource: ResourceRecord, scope: ScopeRecord): number;
  /** Books the span as enqueued or lost. */
  offer(record: SpanRecord, streamId: number, critical: boolean): unknown;
  ended(spans: number): void;
  selfTime(nanos: number): void;
}

/** What takes spans of one kind to the trace buffer and from there to the pipeline. */
export interface IntakeParts<Span> {
  readonly sink: SpanSink;
  /** Undefined: no retention, exactly what is sampled is exported. */
  readonly buffer: TraceBuffer<Span> | undefined;
  readonly judge: RootJudge;
}
