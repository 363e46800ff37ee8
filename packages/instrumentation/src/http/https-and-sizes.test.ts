import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, get, request } from 'node:https';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  HTTP_SERVER_ACTIVE_REQUESTS,
  HTTP_SERVER_REQUEST_BODY_SIZE,
  HTTP_SERVER_RESPONSE_BODY_SIZE,
  type Metric,
} from '@vigil/conventions';
import { createTestAuthority } from '../../../../tools/otlp-sink/src/test-authority.ts';
import { exchange, GET, RunningServer } from '../../test/http/raw-exchange.ts';
import { RecordingHost } from '../../test/http/recording-host.ts';
import type { Instrumentation } from '../instrumentation.ts';
import { createHttpInstrumentation } from './instrumentation.ts';

let host: RecordingHost;
let http: Instrumentation;

beforeEach(() => {
  host = new RecordingHost();
  http = createHttpInstrumentation(host, { bodySizes: true });
  http.enable();
});

afterEach(() => http.disable());

test('https is one span at each end, with its scheme and port, by get and by request', async () => {
  const authority = createTestAuthority();
  const server = createServer(authority.issue('127.0.0.1'), (_request, response) => void response.end('ok'));
  await using shop = await RunningServer.start(server);
  const options = { port: shop.port, host: '127.0.0.1', ca: authority.certificate, path: '/s', agent: false as const };
  for (const sent of [get(options), request(options).end()]) {
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
  }
  const spans = await host.spans(4);
  const [client] = spans.filter(({ kind }) => kind === 3);
  const below = spans.find(({ parentSpanId }) => parentSpanId === client?.spanId);
  expect(spans).toHaveLength(4);
  expect(host.attributes(client)['url.full']).toBe(`https://127.0.0.1:${shop.port}/s`);
  expect(host.attributes(below)).toMatchObject({ 'url.scheme': 'https', 'http.response.status_code': 200 });
  expect(host.values(HTTP_SERVER_RESPONSE_BODY_SIZE).map(({ value }) => value)).toEqual([2, 2]);
});

const sizes = (metric: Metric) => host.values(metric).map(({ value }) => value);

test('sizes are those of Content-Length; of chunks what was written beside the head; none for an upload in chunks', async () => {
  await using shop = await RunningServer.start((incoming, response) => {
    incoming.resume();
    if (incoming.url === '/chunks') {
      response.write('12345');
      response.end('678');
    } else if (incoming.url === '/empty') response.writeHead(304).end();
    else response.end('12345');
  });
  const socket = await shop.connect();
  await exchange(socket, GET('/'), (text) => text.endsWith('12345'));
  await exchange(socket, GET('/chunks'), (text) => text.endsWith('0\r\n\r\n'));
  await exchange(socket, GET('/empty'), (text) => text.endsWith('\r\n\r\n'));
  await exchange(socket, `${GET('/', 'Content-Length: 3')}abc`, (text) => text.endsWith('12345'));
  await exchange(socket, `${GET('/', 'Transfer-Encoding: chunked')}1\r\na\r\n0\r\n\r\n`, (text) =>
    text.endsWith('12345'),
  );
  await host.spans(5);
  const frames = '5\r\n12345\r\n3\r\n678\r\n0\r\n\r\n'.length;
  expect(sizes(HTTP_SERVER_RESPONSE_BODY_SIZE)).toEqual([5, frames, 0, 5, 5]);
  expect(sizes(HTTP_SERVER_REQUEST_BODY_SIZE)).toEqual([0, 0, 0, 3]);
  socket.destroy();
});

test('of pipelined answers in chunks each counts its own bytes', async () => {
  await using shop = await RunningServer.start((incoming, response) => {
    const text = 'x'.repeat(Number(incoming.url?.slice(1)));
    response.write(text);
    setImmediate(() => response.end());
  });
  const socket = await shop.connect();
  await exchange(
    socket,
    [10, 200, 30].map((size) => GET(`/${size}`)).join(''),
    (text) => text.split('0\r\n\r\n').length > 3,
  );
  await host.spans(3);
  const withFrames = (size: number) => size + size.toString(16).length + 4 + 5;
  expect(sizes(HTTP_SERVER_RESPONSE_BODY_SIZE)).toEqual([10, 200, 30].map(withFrames));
  socket.destroy();
});

test('a server that closes with requests in it, kept connections and several servers leave nothing open', async () => {
  const answer = (name: string) => (incoming: IncomingMessage, response: { end(text: string): void }) => {
    if (incoming.url !== '/never') response.end(name);
  };
  const one = await RunningServer.start(answer('one'));
  await using two = await RunningServer.start(answer('two'));
  two.server.on('request', () => undefined);
  const kept = await one.connect();
  await exchange(kept, GET('/'), (text) => text.endsWith('one'));
  const other = await two.connect();
  await exchange(other, GET('/'), (text) => text.endsWith('two'));
  const asked = once(one.server, 'request');
  kept.write(GET('/never'));
  await asked;
  expect(host.sum(HTTP_SERVER_ACTIVE_REQUESTS)).toBe(1);
  await one[Symbol.asyncDispose]();
  const spans = await host.spans(3);
  expect(spans.map((span) => host.attributes(span)['error.type'])).toEqual([undefined, undefined, 'connection_closed']);
  expect(host.sum(HTTP_SERVER_ACTIVE_REQUESTS)).toBe(0);
  other.destroy();
});

test('a kept connection that runs into its time limit, and a request that never becomes whole, end no span twice', async () => {
  await using shop = await RunningServer.start((incoming, response) => {
    if (incoming.method === 'POST') incoming.resume();
    else response.end('ok');
  });
  shop.server.keepAliveTimeout = 1;
  (shop.server as { keepAliveTimeoutBuffer?: number }).keepAliveTimeoutBuffer = 1;
  const kept = await shop.connect();
  await exchange(kept, GET('/'), (text) => text.endsWith('ok'));
  await once(kept.resume(), 'close');
  const half = await shop.connect();
  half.resume().write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
  while (host.started < 2) await turn();
  half.end();
  await once(half, 'close');
  const spans = await host.spans(2);
  expect(spans.map((span) => host.attributes(span)['error.type'])).toEqual([undefined, 'client_disconnected']);
  const broken = await shop.connect();
  broken.resume().write('nonsense\r\n\r\n');
  await once(broken, 'close');
  expect(host.ended).toHaveLength(2);
});
