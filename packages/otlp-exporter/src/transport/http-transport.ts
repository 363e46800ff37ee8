import type http from 'node:http';
import { VERSION } from '../version.ts';
import { createConnectionPool } from './connection-pool.ts';
import type { OtlpEndpoint, OtlpEndpoints } from './endpoint.ts';
import { type AbandonAttempt, startHttpAttempt } from './http-attempt.ts';
import { loadHttpClient } from './http-client.ts';
import type { Attempt, AttemptOutcome, Signal, Transport } from './transport.ts';

export interface HttpTransportOptions {
  readonly endpoints: OtlpEndpoints;
  /** Default: `OTel-OTLP-Exporter-Vigil/<version>`. */
  readonly userAgent?: string | undefined;
  readonly log: (line: string) => void;
}

interface Target {
  readonly url: URL;
  readonly agent: http.Agent;
  readonly headers: http.OutgoingHttpHeaders;
}

/**
 * OTLP http/protobuf over Node.js' own client: connections kept alive, at most 2 an origin, one deadline for the whole of an
 * attempt, redirects not followed, proxies of the environment not used, an answer read up to 64 KiB.
 */
export function createHttpTransport({ endpoints, userAgent, log }: HttpTransportOptions): Transport {
  const client = loadHttpClient();
  const pool = createConnectionPool({ client, log });
  const targets: Partial<Record<Signal, Target>> = {};
  for (const signal of ['traces', 'metrics', 'logs'] as const) {
    const endpoint = endpoints[signal];
    if (endpoint !== undefined) {
      targets[signal] = targetOf(endpoint, pool.agentOf(endpoint), userAgent ?? `OTel-OTLP-Exporter-Vigil/${VERSION}`);
    }
  }
  const open = new Set<AbandonAttempt>();
  let isClosed = false;
  return {
    send(attempt: Attempt, settled: (outcome: AttemptOutcome) => void): void {
      const target = targets[attempt.signal];
      if (target === undefined || isClosed) {
        const reason = isClosed ? 'shutdown_deadline' : 'network';
        setImmediate(() => settled({ kind: 'failed', reason, maybeAccepted: false }));
        return;
      }
      const { body, deadlineMillis, contentEncoding } = attempt;
      const headers = contentEncoding === undefined ? target.headers : withEncoding(target.headers, contentEncoding);
      const abandon = startHttpAttempt({ ...target, client, headers, body, deadlineMillis }, (outcome) => {
        open.delete(abandon);
        settled(outcome);
      });
      open.add(abandon);
    },
    close(): void {
      isClosed = true;
      for (const abandon of open) abandon();
      pool.close();
    },
  };
}

const targetOf = ({ url, headers }: OtlpEndpoint, agent: http.Agent, userAgent: string): Target => ({
  url: new URL(url),
  agent,
  headers: { 'User-Agent': userAgent, ...headers, 'Content-Type': 'application/x-protobuf' },
});

const withEncoding = (headers: http.OutgoingHttpHeaders, encoding: string): http.OutgoingHttpHeaders => ({
  ...headers,
  'Content-Encoding': encoding,
});
