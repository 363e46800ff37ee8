import type { ExportPipeline, SpanRecord } from '@vigil/otlp-exporter';
import type { SpanSink } from '../src/index.ts';
import type { RetentionOracle } from './retention-oracle.ts';
import { Violation } from './violation.ts';

/** Share of the ring that only critical spans may use. */
const RESERVE = 0.2;
/** Less than this free counts as full, and a span of this application is not larger than the rest. */
const SLACK_BYTES = 4_096 + 1_024;

/** Nobody made it large: short strings only. */
const isOrdinary = ({ attributes }: SpanRecord): boolean =>
  attributes.every((value) => typeof value === 'boolean' || (typeof value === 'string' && value.length < 50));

/** The production pipe, with somebody who looks over the processor's shoulder. */
export function watchedSink(pipeline: ExportPipeline, retention: RetentionOracle): SpanSink {
  const pipe = pipeline.spans;
  return {
    stream: (resource, scope) => pipe.stream(resource, scope),
    ended: (spans) => pipe.ended(spans),
    held: (delta) => pipe.held(delta),
    lost: (reason, spans) => pipe.lost(reason, spans),
    selfTime: (nanos) => pipe.selfTime(nanos),
    offer(record, streamId, critical) {
      retention.offered(Number.parseInt(record.spanId, 16), critical);
      const before = pipeline.ledger().queuedBytes;
      const refused = pipe.offer(record, streamId, critical);
      const { queuedBytes, capacityBytes } = pipeline.ledger();
      const share = critical ? capacityBytes : capacityBytes * (1 - RESERVE);
      if (refused === undefined && queuedBytes > share)
        throw new Violation(
          'bounds',
          `span ${record.spanId} fills the ring to ${queuedBytes}, beyond its share of ${share}`,
        );
      const isFull = refused === 'queue_full' || refused === 'breaker_open';
      if (isFull && before < share - SLACK_BYTES && isOrdinary(record))
        throw new Violation(
          'reasons',
          `span ${record.spanId} is lost by ${refused} with ${before} of ${share} bytes in use`,
        );
      return refused;
    },
    sampledOut(spans) {
      retention.sampledOut(spans);
      pipe.sampledOut(spans);
    },
  };
}
