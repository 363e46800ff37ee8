import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { diag } from '@opentelemetry/api';
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { failureText } from '../failure-text.ts';
import { MetricsPage } from './metrics-page.ts';

export interface PrometheusServer {
  /** Resolves with the port it listens on; 0 when it could not listen. */
  readonly port: Promise<number>;
  close(): Promise<void>;
}

/**
 * A handful of scrapers, each with a request that is short: whoever opens connections and says nothing must not take the
 * application's file descriptors.
 */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
};
const CONNECTIONS_MAXIMUM = 20;

/** Scrapes are no requests of the application. */
const ownServers = new WeakSet<object>();

/** Whether a request is a scrape of ours, and therefore makes no span and no `http.server.request.duration`. */
export function isOwnScrape(request: IncomingMessage): boolean {
  const { server } = request.socket as { server?: object };
  return server !== undefined && ownServers.has(server);
}

/**
 * Serves `GET /metrics`. OpenTelemetry's exporter has a server too, but there a kept connection of the scraper keeps the
 * process alive. A port that is taken is one line on stderr, not the application's problem.
 */
export function servePrometheus(
  exporter: PrometheusExporter,
  { host, port }: { readonly host: string; readonly port: number },
): PrometheusServer {
  const page = new MetricsPage(exporter, () => performance.now());
  const server = createServer(LIMITS, (request, response) => {
    if (request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    void page.text().then((text) => response.writeHead(200, { 'content-type': 'text/plain' }).end(text));
  });
  server.maxConnections = CONNECTIONS_MAXIMUM;
  ownServers.add(server);
  server.unref();
  server.on('connection', (socket) => socket.unref());
  const listening = new Promise<number>((resolve) => {
    server.once('listening', () => resolve((server.address() as AddressInfo).port));
    server.once('error', (error) => {
      diag.error(`Prometheus cannot scrape ${host}:${port}: ${failureText(error)}`);
      resolve(0);
    });
  });
  server.listen(port, host);
  return {
    port: listening,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
