import { once } from 'node:events';
import { createServer, type IncomingMessage, Server } from 'node:http';
import { type Duplex, PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { HTTP_SERVER_ACTIVE_REQUESTS } from '@vigil/conventions';
import { exchange, RunningServer } from '../../test/http/raw-exchange.ts';
import { RecordingHost } from '../../test/http/recording-host.ts';
import type { Instrumentation } from '../instrumentation.ts';
import { createHttpInstrumentation } from './instrumentation.ts';

const UPGRADE = 'GET /socket?token=1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

let host: RecordingHost;
let http: Instrumentation;

beforeEach(() => {
  host = new RecordingHost();
  http = createHttpInstrumentation(host, { client: false });
  http.enable();
});

afterEach(() => http.disable());

const upgrading = (answer: (request: IncomingMessage, socket: Duplex) => void): Server =>
  createServer((_request, response) => void response.end('plain'))
    .on('upgrade', answer)
    .on('connect', answer);

test('the span of an upgrade ends with the 101, its handler runs in its context, and the stream is as before', async () => {
  let spanId = '';
  let names: readonly string[] = ['?'];
  await using shop = await RunningServer.start(
    upgrading((_request, socket) => {
      spanId = trace.getSpan(host.active())?.spanContext().spanId ?? '';
      socket.write(SWITCHING);
      names = Object.getOwnPropertyNames(socket).filter((name) => name.startsWith('_write'));
      socket.on('data', (bytes) => socket.write(bytes));
    }),
  );
  const socket = await shop.connect();
  await exchange(socket, UPGRADE, (text) => text.endsWith('\r\n\r\n'));
  const [span] = await host.spans(1);
  expect(await exchange(socket, 'ping', (text) => text === 'ping')).toBe('ping');
  expect(span?.spanId).toBe(spanId);
  expect(names).toEqual([]);
  expect(host.attributes(span)).toMatchObject({ 'http.response.status_code': 101, 'url.query': 'token=REDACTED' });
  expect(host.sum(HTTP_SERVER_ACTIVE_REQUESTS)).toBe(0);
  socket.destroy();
  await turn();
  expect(host.ended).toHaveLength(1);
});

test('a refusal, later and by end, is an answer like others; a CONNECT too', async () => {
  await using shop = await RunningServer.start(
    upgrading((request, socket) => {
      const status = request.method === 'CONNECT' ? '502 Bad Gateway' : '401 Unauthorized';
      setImmediate(() => socket.end(`HTTP/1.1 ${status}\r\n\r\n`));
    }),
  );
  for (const text of [UPGRADE, 'CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\n']) {
    const socket = await shop.connect();
    await exchange(socket, text, (received) => received.endsWith('\r\n\r\n'));
    socket.destroy();
  }
  const [refused, tunnel] = await host.spans(2);
  expect(host.attributes(refused)).toMatchObject({ 'http.response.status_code': 401 });
  expect([refused?.name, refused?.statusCode]).toEqual(['GET', 0]);
  expect(host.attributes(tunnel)).toMatchObject({ 'http.request.method': 'CONNECT', 'error.type': '502' });
  expect(host.attributes(tunnel)).not.toHaveProperty('url.path');
});

test('an upgrade that nobody answers ends with its connection', async () => {
  const asked = Promise.withResolvers<void>();
  await using shop = await RunningServer.start(
    upgrading((_request, socket) => {
      socket.resume().on('end', () => socket.end());
      asked.resolve();
    }),
  );
  const socket = await shop.connect();
  socket.write(UPGRADE);
  await asked.promise;
  socket.destroy();
  const [span] = await host.spans(1);
  expect(host.attributes(span)).toMatchObject({ 'error.type': 'client_disconnected' });
  expect(host.sum(HTTP_SERVER_ACTIVE_REQUESTS)).toBe(0);
});

test('a server that passes upgrades on to another one makes one span, and one without handlers none', async () => {
  const inner = upgrading((_request, socket) => void socket.write(SWITCHING));
  await using outer = await RunningServer.start(
    upgrading((request, socket) => void inner.emit('upgrade', request, socket, Buffer.alloc(0))),
  );
  await using plain = await RunningServer.start((_request, response) => void response.end('plain'));
  const socket = await outer.connect();
  await exchange(socket, UPGRADE, (text) => text.endsWith('\r\n\r\n'));
  const other = await plain.connect();
  other.end('CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\n');
  await once(other.resume(), 'close');
  await host.spans(1);
  expect(host.ended).toHaveLength(1);
  socket.destroy();
});

test('emit has its name and length, the application’s own one wins, and switched off it is gone', () => {
  expect(Server.prototype.emit.name).toBe('emit');
  expect(Server.prototype.emit.length).toBe(Object.getPrototypeOf(Server.prototype).emit.length);
  expect(Object.keys(Server.prototype)).not.toContain('emit');
  const ours = Server.prototype.emit;
  Server.prototype.emit = function wrapped(this: Server, ...args: Parameters<Server['emit']>) {
    return ours.apply(this, args);
  } as Server['emit'];
  const wrapped = Server.prototype.emit;
  http.disable();
  http.enable();
  expect(Server.prototype.emit).toBe(wrapped);
  Server.prototype.emit = ours;
  http.disable();
  expect(Object.hasOwn(Server.prototype, 'emit')).toBe(false);
});

test('a server emits to its listeners with the same this and the same answer', async () => {
  const server = new Server();
  const calls: unknown[] = [];
  server.on('custom', function listener(this: unknown, ...args: unknown[]) {
    calls.push(this, args);
  });
  expect(server.emit('custom', 1, 2)).toBe(true);
  expect(server.emit('nobody')).toBe(false);
  expect(server.emit('upgrade', {}, {}, 1)).toBe(false);
  expect(calls).toEqual([server, [1, 2]]);
  expect(() => server.emit('error', new Error('mine'))).toThrow('mine');
});

test('a request that a test makes up is passed on as it is, and nothing of it is counted', async () => {
  const seen: unknown[] = [];
  const server = upgrading((request) => seen.push(request));
  const requests = [null, {}, Object.freeze({ url: '/', headers: {}, rawHeaders: [] })];
  for (const request of requests) {
    const socket = new PassThrough();
    server.emit('upgrade', request, socket, Buffer.alloc(0));
    await once(socket.destroy(), 'close');
  }
  expect(seen).toEqual(requests);
  expect([host.started, host.sum(HTTP_SERVER_ACTIVE_REQUESTS)]).toEqual([0, 0]);
});
