import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { openApplication } from './application.ts';
import { ClosedLoop } from './closed-loop.ts';
import { MemorySocket } from './memory-socket.ts';

const BENCH = join(dirname(fileURLToPath(import.meta.url)), '..');
const server = await openApplication(BENCH);

function ask(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new MemorySocket((bytes) => resolve(bytes.toString('utf8')));
    server.emit('connection', socket);
    socket.receive(Buffer.from(`GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`));
  });
}

const bodyOf = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));

test('express answers on a socket in memory', async () => {
  expect(bodyOf(await ask('/ping'))).toEqual({ pong: true });
});

test('an order is one query by Drizzle and pg and one GET by ioredis', async () => {
  expect(bodyOf(await ask('/orders/1001'))).toEqual({
    order: { id: 1, customerId: 1, total: 1_001, state: 'paid' },
    seen: '41',
  });
});

test('the list is three queries and two commands', async () => {
  const list = bodyOf(await ask('/list')) as Record<string, unknown>;
  expect(list.orders).toHaveLength(10);
  expect(list.customers).toHaveLength(5);
  expect(list.products).toHaveLength(5);
  expect([list.banner, list.version]).toEqual(['Free delivery', '17']);
});

test('the load ends with the last answer, and says which answer was not 200', async () => {
  const loop = new ClosedLoop(server);
  await loop.run('ping', 50);
  await loop.run('orders', 5);
  await loop.run('list', 1);
  const missing = await openApplication(BENCH);
  missing.removeAllListeners('request');
  missing.on('request', (_, response) => response.writeHead(404).end('no'));
  await expect(new ClosedLoop(missing).run('ping', 1)).rejects.toThrow('ping: not 200: HTTP/1.1 404');
});
