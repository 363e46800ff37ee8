import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { portOf } from '../../test/fake-stack.ts';
import type { Probe } from './readiness.ts';
import { probe } from './readiness.ts';

async function probed(answer: RequestListener, status?: number): Promise<Probe> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${portOf(server)}/ready`;
    return await probe({ kind: 'http', url, ...(status !== undefined && { status }) }, 300);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('503 is not ready and its first line is the reason, 399 is ready', async () => {
  expect(await probed((_, answer) => answer.writeHead(503).end('Ingester not ready\nmore'))).toEqual({
    ready: false,
    detail: 'HTTP 503 Ingester not ready',
  });
  expect(await probed((_, answer) => answer.writeHead(399).end())).toEqual({ ready: true });
});

test('an asked-for 405 is ready, and 200 is not then', async () => {
  expect(await probed((_, answer) => answer.writeHead(405).end(), 405)).toEqual({ ready: true });
  expect(await probed((_, answer) => answer.writeHead(200).end(), 405)).toEqual({ ready: false, detail: 'HTTP 200' });
});

test('a server that accepts and stays silent is not ready after 300 ms', async () => {
  expect(await probed(() => undefined)).toEqual({ ready: false, detail: 'no answer' });
});

test('a port where nothing listens is not ready, over HTTP and over TCP', async () => {
  const closed = { ready: false, detail: 'nothing listens' };
  expect(await probe({ kind: 'http', url: 'http://127.0.0.1:1/' })).toEqual(closed);
  expect(await probe({ kind: 'tcp', host: '127.0.0.1', port: 1 })).toEqual(closed);
});

test('an accepted TCP connection is ready', async () => {
  const server = createTcpServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  expect(await probe({ kind: 'tcp', host: '127.0.0.1', port: portOf(server) })).toEqual({ ready: true });
  server.close();
});
