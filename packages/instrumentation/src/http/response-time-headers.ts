import type { ServerResponse } from 'node:http';
import type { RequestContext } from './request-context.ts';

/**
 * For development: the answer says how long it took and which trace it is, where browsers and `curl -i` show it. The time is that of
 * the head, because a header cannot come later. What the application sets itself stays; nothing is done to heads that are written.
 */
export function addResponseTimeHeaders(
  response: ServerResponse,
  context: RequestContext,
  nowMillis: () => number,
): void {
  const from = nowMillis();
  const writeHead = response.writeHead;
  response.writeHead = function timed(this: ServerResponse, ...args: Parameters<ServerResponse['writeHead']>) {
    try {
      if (!this.headersSent) setHeaders(this, nowMillis() - from, context);
    } catch {
      // The answer matters more than what it tells of itself.
    }
    return writeHead.apply(this, args);
  } as ServerResponse['writeHead'];
}

function setHeaders(response: ServerResponse, millis: number, { span }: RequestContext): void {
  const took = millis.toFixed(1);
  if (!response.hasHeader('X-Response-Time')) response.setHeader('X-Response-Time', `${took}ms`);
  if (response.hasHeader('Server-Timing')) return;
  const entries = [`total;dur=${took}`];
  if (span !== undefined) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    entries.push(`traceparent;desc="00-${traceId}-${spanId}-0${traceFlags & 1}"`);
  }
  response.setHeader('Server-Timing', entries.join(', '));
}
