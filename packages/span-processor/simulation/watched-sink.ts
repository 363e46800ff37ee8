import type { ExportPipeline, SpanRecord } from '@vigil/otlp-exporter';
import type { SpanSink } from '../src/index.ts';
import type { RetentionOracle } from './retention-oracle.ts';
import { Violation } from './violation.ts';

/** Share of the ring that only critical spans may use. */
const RESERVE = 0.2;
/** Less than this free counts as full, and a span of this application is not larger than the rest. */
const SLACK_BYTES = 4_096 + 1_024;

/** An ordinary span and its header are never larger. */
const ORDINARY_BYTES = 600;
/** Reading the ledger costs more than offering a span. */
const READ_EACH = 4;

/** Nobody made it large: short strings only. */
const isOrdinary = ({ attributes }: SpanRecord): boolean =>
  attributes.every((value) => typeof value === 'boolean' || (typeof value === 'string' && value.length < 50));

/** The production pipe, with somebody who looks over the processor's shoulder. */
export function watchedSink(pipeline: ExportPipeline, retention: RetentionOracle): SpanSink {
  const pipe = pipeline.spans;
  let ledger = pipeline.ledger();
  let takenBytes = 0;
  let offers = 0;
  return {
    stream: (resource, scope) => pipe.stream(resource, scope),
    ended: (spans) => pipe.ended(spans),
    held: (delta) => pipe.held(delta),
    lost: (reason, spans) => pipe.lost(reason, spans),
    selfTime: (nanos) => pipe.selfTime(nanos),
    offer(record, streamId, critical) {
      retention.offered(Number.parseInt(record.spanId, 16), critical);
      const refused = pipe.offer(record, streamId, critical);
      const isFull = refused === 'queue_full' || refused === 'breaker_open';
      const { capacityBytes } = ledger;
      const share = critical ? capacityBytes : capacityBytes * (1 - RESERVE);
      // The worker can only have made room since the ledger was read.
      const most = ledger.queuedBytes + takenBytes;
      if (isFull && most < share - SLACK_BYTES && isOrdinary(record))
        throw new Violation(
          'reasons',
          `span ${record.spanId} is lost by ${refused} with at most ${most} of ${share} bytes in use`,
        );
      offers += 1;
      takenBytes += isOrdinary(record) ? ORDINARY_BYTES : capacityBytes;
      if (offers % READ_EACH > 0) return refused;
      ledger = pipeline.ledger();
      takenBytes = 0;
      if (refused === undefined && ledger.queuedBytes > share)
        throw new Violation(
          'bounds',
          `span ${record.spanId} fills the ring to ${ledger.queuedBytes}, beyond its share of ${share}`,
        );
      return refused;
    },
    sampledOut(spans) {
      retention.sampledOut(spans);
      pipe.sampledOut(spans);
    },
  };
}
