import type { SpanSink } from '../src/index.ts';
import type { RetentionOracle } from './retention-oracle.ts';

/** The production pipe, with somebody who looks over the processor's shoulder. */
export const watchedSink = (pipe: SpanSink, retention: RetentionOracle): SpanSink => ({
  stream: (resource, scope) => pipe.stream(resource, scope),
  ended: (spans) => pipe.ended(spans),
  held: (delta) => pipe.held(delta),
  lost: (reason, spans) => pipe.lost(reason, spans),
  selfTime: (nanos) => pipe.selfTime(nanos),
  offer(record, streamId, critical) {
    retention.offered(Number.parseInt(record.spanId, 16), critical);
    return pipe.offer(record, streamId, critical);
  },
  sampledOut(spans) {
    retention.sampledOut(spans);
    pipe.sampledOut(spans);
  },
});
