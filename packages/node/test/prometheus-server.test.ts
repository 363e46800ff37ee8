import { afterEach, expect, test } from '@jest/globals';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { emptyResource } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { type PrometheusServer, servePrometheus } from '../src/signals/prometheus-server.ts';

const HOST = '127.0.0.1';
let server: PrometheusServer | undefined;
afterEach(() => server?.close());

function start(port = 0): PrometheusServer {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ resource: emptyResource(), readers: [exporter] });
  provider.getMeter('m').createCounter('orders').add(1);
  return servePrometheus(exporter, { host: HOST, port });
}

test('GET /metrics answers with what was counted, any other path with 404', async () => {
  server = start();
  const port = await server.port;
  expect(await (await fetch(`http://${HOST}:${port}/metrics?x=1`)).text()).toMatch(/^orders_total\{.*\} 1$/m);
  expect((await fetch(`http://${HOST}:${port}/`)).status).toBe(404);
});

test('a port that is taken resolves to 0 and throws nothing', async () => {
  server = start();
  const second = start(await server.port);
  expect(await second.port).toBe(0);
  await second.close();
});
