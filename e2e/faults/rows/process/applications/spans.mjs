import { trace } from '@opentelemetry/api';
import { ledger } from './witness.mjs';

const tracer = trace.getTracer('faults');

/** Ends so many spans of five attributes. */
export function endSpans(count) {
  for (let left = count; left > 0; left -= 1) {
    tracer
      .startSpan('GET /orders/:id', {
        kind: 1,
        attributes: {
          'http.request.method': 'GET',
          'http.route': '/orders/:id',
          'url.path': `/orders/${left}`,
          'server.port': 8080,
          'http.response.status_code': 200,
        },
      })
      .end();
  }
}

export const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** Ends one span and waits, for at most 5 s, until the export worker runs and has sent something. */
export async function warmUp() {
  if (ledger() === undefined) return;
  endSpans(1);
  const untilMillis = performance.now() + 5_000;
  while (ledger().requests === 0 && performance.now() < untilMillis) await sleep(20);
}
