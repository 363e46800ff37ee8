import { connect, type Socket } from 'node:net';
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

test('of 40 connections that never finish their request 20 are kept, and none for longer than 8 s', async () => {
  server = start();
  const port = await server.port;
  const sockets = Array.from({ length: 40 }, () =>
    connect({ host: HOST, port }, function (this: Socket) {
      this.write('GET /metrics HTTP/1.1\r\n');
    }),
  );
  let closed = 0;
  const ends = sockets.map(
    (socket) =>
      new Promise<void>((resolve) => {
        // What nobody reads keeps a connection open on this side.
        socket.resume().on('error', () => undefined);
        socket.on('close', () => {
          closed += 1;
          resolve();
        });
      }),
  );
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(closed).toBe(20);
  await Promise.all(ends);
  expect((await fetch(`http://${HOST}:${port}/metrics`)).status).toBe(200);
}, 20_000);
