import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { failuresOf, load, prepareLoadGenerator } from '../../bench/measure/load.ts';

let server: Server | undefined;
beforeAll(() => prepareLoadGenerator());
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listen(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('nobody listens: no request is answered, each is an error of cause "refused"', async () => {
  const url = await listen((_, response) => response.end());
  server?.close();
  const report = await load({ url, seconds: 0.2, connections: 2 });
  expect(report.requests).toBe(0);
  expect(Object.keys(report.errors)).toEqual(['refused']);
  expect(failuresOf(report)).toBeGreaterThan(1);
});

test('every answer is counted once by its status, and 404 is a failure', async () => {
  let served = 0;
  const url = await listen((_, response) => {
    served += 1;
    response.writeHead(served % 2 === 0 ? 200 : 404).end('four');
  });
  const report = await load({ url, seconds: 0.5, connections: 4 });
  expect(report.requests).toBe(served);
  expect((report.statuses[200] ?? 0) + (report.statuses[404] ?? 0)).toBe(served);
  expect(failuresOf(report)).toBe(report.statuses[404]);
  expect(report.bodyBytes).toBe(4 * served);
});

test('{id} is replaced by 1 … 100', async () => {
  const paths = new Set<string | undefined>();
  const url = await listen((request, response) => {
    paths.add(request.url);
    response.end();
  });
  await load({ url: `${url}/orders/{id}`, seconds: 1, connections: 3 });
  expect(paths.size).toBe(100);
  expect([...paths]).toEqual(expect.arrayContaining(['/orders/1', '/orders/100']));
});

test('100 requests a second for 2 s are 200, over 8 connections at most', async () => {
  const sockets = new Set<unknown>();
  const url = await listen((request, response) => {
    sockets.add(request.socket);
    response.end();
  });
  const report = await load({ url, seconds: 2, rate: 100, connections: 8 });
  expect(report.requests + report.unsent).toBe(200);
  expect(sockets.size).toBeLessThanOrEqual(8);
});

test('a server that stalls for 1 s cannot hide it at a fixed rate: what was due meanwhile waited', async () => {
  let stalled = false;
  const url = await listen((_, response) => {
    if (!stalled) setTimeout(() => response.end(), 1_000);
    else response.end();
    stalled = true;
  });
  // One connection: 1 request waits 1 s and those due behind it, on average, half of that.
  const { latencyMillis, requests } = await load({ url, seconds: 2, rate: 100, connections: 1 });
  expect(requests).toBeGreaterThan(150);
  expect(latencyMillis.max).toBeGreaterThanOrEqual(990);
  expect(latencyMillis.p90).toBeGreaterThan(700);
});

test('an answer that does not come in time is an error of cause "timeout"', async () => {
  const url = await listen(() => undefined);
  const report = await load({ url, seconds: 0.3, connections: 2, timeoutMillis: 200 });
  expect(Object.keys(report.errors)).toEqual(['timeout']);
  expect(report.requests).toBe(0);
});

test('a connection that is cut is an error, and the next request opens another', async () => {
  let served = 0;
  const url = await listen((request, response) => {
    served += 1;
    if (served % 3 === 0) request.socket.destroy();
    else response.end();
  });
  const report = await load({ url, seconds: 0.5, connections: 2 });
  expect(report.requests).toBeGreaterThan(1);
  expect(failuresOf(report)).toBeGreaterThan(0);
});

test('interrupted, it ends at once and its report is an error', async () => {
  const url = await listen((_, response) => response.end());
  const interruption = new AbortController();
  const running = load({ url, seconds: 30, signal: interruption.signal });
  interruption.abort();
  await expect(running).rejects.toThrow();
});
