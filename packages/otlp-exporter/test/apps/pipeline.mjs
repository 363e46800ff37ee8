// First, so that it sees the first worker too.
import './count-workers.mjs';
import { createExportPipeline } from '@vigil/otlp-exporter';

/** A pipeline to the sink of the test, with the `exit` handler that whoever makes one installs. */
export const pipeline = createExportPipeline({
  endpoints: Object.fromEntries(
    ['traces', 'metrics', 'logs'].map((signal) => [signal, { url: `${process.env.SINK}/v1/${signal}` }]),
  ),
  log: (line) => console.error(line),
  ...JSON.parse(process.env.OPTIONS ?? '{}'),
});

const stream = pipeline.spans.stream(
  { schemaUrl: '', attributes: ['service.name', 'app'] },
  { name: 'test', version: '', schemaUrl: '', attributes: [] },
);

let made = 0;

/** Ends so many spans, each with an id of its own. */
export function endSpans(count) {
  const { spans } = pipeline;
  for (let index = 0; index < count; index += 1) {
    made += 1;
    // Every process has ids of its own.
    const spanId = `${process.pid.toString(16).padStart(6, '0')}${made.toString(16).padStart(10, '0')}`;
    spans.ended(1);
    spans.offer(
      {
        traceId: spanId.padStart(32, 'a'),
        spanId,
        parentSpanId: '',
        traceState: '',
        flags: 1,
        name: 'GET /orders/:id',
        kind: 2,
        startSeconds: 1_700_000_000,
        startNanos: 1,
        endSeconds: 1_700_000_001,
        endNanos: 2,
        attributes: [
          'http.request.method',
          'GET',
          'http.route',
          '/orders/:id',
          'http.response.status_code',
          200,
          'server.address',
          'shop',
          'url.path',
          `/orders/${made}`,
        ],
        droppedAttributesCount: 0,
        events: [],
        droppedEventsCount: 0,
        links: [],
        droppedLinksCount: 0,
        statusCode: 0,
        statusMessage: '',
      },
      stream,
      false,
    );
  }
}

/** Writes the ledger as one line of JSON on stdout, synchronously: also the last thing in an `exit` handler. */
export function sayLedger() {
  console.log(JSON.stringify(pipeline.ledger()));
}
