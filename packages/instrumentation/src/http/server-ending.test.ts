import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { HTTP_SERVER_ACTIVE_REQUESTS, HTTP_SERVER_REQUEST_DURATION } from '@vigil/conventions';
import { exchange, GET, RunningServer } from '../../test/http/raw-exchange.ts';
import { type HostSettings, RecordingHost } from '../../test/http/recording-host.ts';
import { createHttpInstrumentation } from './instrumentation.ts';
import type { HttpOptions } from './options.ts';

function setUp(options: HttpOptions = {}, settings: HostSettings = {}) {
  const host = new RecordingHost(settings);
  const instrumentation = createHttpInstrumentation(host, { client: false, ...options });
  instrumentation.enable();
  return { host, instrumentation, [Symbol.dispose]: () => instrumentation.disable() };
}

const endsWith = (text: string) => (received: string) => received.endsWith(text);

test('a client that leaves before the answer ends the span with error.type client_disconnected, once', async () => {
  using watched = setUp();
  const arrived = Promise.withResolvers<void>();
  await using shop = await RunningServer.start(() => arrived.resolve());
  const socket = await shop.connect();
  socket.write(GET('/slow'));
  await arrived.promise;
  expect(watched.host.sum(HTTP_SERVER_ACTIVE_REQUESTS)).toBe(1);
  socket.destroy();
  const [span] = await watched.host.spans(1);
  expect(span?.statusCode).toBe(2);
  expect(watched.host.attributes(span)).toMatchObject({ 'error.type': 'client_disconnected' });
  expect(watched.host.attributes(span)).not.toHaveProperty('http.response.status_code');
  expect(watched.host.sum(HTTP_SERVER_ACTIVE_REQUESTS)).toBe(0);
  expect(watched.host.values(HTTP_SERVER_REQUEST_DURATION)).toHaveLength(1);
});

test('a connection that this process closes is connection_closed, an answer cut in the middle keeps its status', async () => {
  using watched = setUp();
  await using shop = await RunningServer.start((request, response) => {
    if (request.url === '/half') response.write('half');
    setImmediate(() => request.socket.destroy());
  });
  for (const path of ['/none', '/half']) {
    const socket = await shop.connect();
    socket.resume().write(GET(path));
    await once(socket, 'close');
  }
  const [none, half] = await watched.host.spans(2);
  expect(watched.host.attributes(none)).toMatchObject({ 'error.type': 'connection_closed' });
  expect(watched.host.attributes(half)).toMatchObject({
    'error.type': 'connection_closed',
    'http.response.status_code': 200,
  });
});

test('leaving a stream of events is no error, leaving another answer in its middle is one', async () => {
  using watched = setUp();
  await using shop = await RunningServer.start((request, response) => {
    const type = request.url === '/events' ? 'text/event-stream' : 'text/plain';
    if (request.url === '/events') response.writeHead(200, { 'Content-Type': type });
    else response.setHeader('content-type', type);
    response.write('data: 1\n\n');
  });
  for (const path of ['/events', '/text']) {
    const socket = await shop.connect();
    await exchange(socket, GET(path), (text) => text.includes('data: 1'));
    socket.destroy();
    await watched.host.spans(path === '/events' ? 1 : 2);
  }
  const [events, text] = watched.host.ended;
  expect([events?.statusCode, watched.host.attributes(events)['error.type']]).toEqual([0, undefined]);
  expect([text?.statusCode, watched.host.attributes(text)['error.type']]).toEqual([2, 'client_disconnected']);
});

test('pipelined requests are spans of their own, also those whose turn never came', async () => {
  using watched = setUp();
  const waiting: (() => void)[] = [];
  const all = Promise.withResolvers<void>();
  await using shop = await RunningServer.start((_request, response) => {
    const span = trace.getSpan(watched.host.active());
    waiting.push(() => response.end(span?.spanContext().spanId));
    if (waiting.length === 4) all.resolve();
  });
  const socket = await shop.connect();
  socket.write([1, 2, 3, 4].map((index) => GET(`/${index}`)).join(''));
  await all.promise;
  // The second is answered before the first: it waits for its turn.
  waiting[1]?.();
  waiting[0]?.();
  await watched.host.spans(2);
  waiting[3]?.();
  socket.destroy();
  const spans = await watched.host.spans(4);
  expect(spans.map((span) => watched.host.attributes(span)['url.path'])).toEqual(['/1', '/2', '/3', '/4']);
  expect(spans.map((span) => watched.host.attributes(span)['error.type'])).toEqual([
    ...[undefined, undefined, 'client_disconnected', 'client_disconnected'],
  ]);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(4);
  expect(watched.host.sum(HTTP_SERVER_ACTIVE_REQUESTS)).toBe(0);
});

test.each([
  ['HEAD', 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n', 200],
  ['304', GET('/not-modified'), 304],
  ['1.0', 'GET / HTTP/1.0\r\n\r\n', 200],
  ['100-continue', 'PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi', 200],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['an unknown expectation', GET('/', 'Expect: tea'), 417],
  ['a whole URL', GET('http://ann:pw@shop.test/path?q=1'), 200],
  ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', 200],
])('%s ends once, with its status', async (_name, text, status) => {
  using watched = setUp();
  await using shop = await RunningServer.start((request, response) => {
    request.resume();
    response.writeHead(request.url === '/not-modified' ? 304 : 200, { 'x-end': '1' }).end();
  });
  const socket = await shop.connect();
  await exchange(socket, text, (received) => received.includes(`HTTP/1.1 ${status}`));
  const spans = await watched.host.spans(1);
  expect(spans).toHaveLength(1);
  expect(watched.host.attributes(spans[0])).toMatchObject({ 'http.response.status_code': status });
  expect(JSON.stringify(watched.host.attributes(spans[0]))).not.toMatch(/ann|pw@/);
  expect(watched.host.sum(HTTP_SERVER_ACTIVE_REQUESTS)).toBe(0);
  socket.destroy();
});

test('checkContinue runs in the request’s context, and a method nobody knows becomes _OTHER', async () => {
  using watched = setUp();
  let isActive = false;
  await using shop = await RunningServer.start((_request, response) => void response.end('ok'));
  shop.server.on('checkContinue', (_request: IncomingMessage, response) => {
    isActive = trace.getSpan(watched.host.active()) !== undefined;
    response.writeContinue();
    response.end('ok');
  });
  const socket = await shop.connect();
  const text = 'PROPFIND / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx';
  await exchange(socket, text, endsWith('ok'));
  const [span] = await watched.host.spans(1);
  expect(isActive).toBe(true);
  expect(span?.name).toBe('HTTP');
  expect(watched.host.attributes(span)).toMatchObject({
    'http.request.method': '_OTHER',
    'http.request.method_original': 'PROPFIND',
  });
  socket.destroy();
});

test('the application may end the span itself: the duration of the request stays that of the request', async () => {
  using watched = setUp();
  await using shop = await RunningServer.start((_request, response) => {
    trace.getSpan(watched.host.active())?.end();
    response.end('ok');
  });
  const socket = await shop.connect();
  await exchange(socket, GET('/'), endsWith('ok'));
  await watched.host.spans(1);
  const [duration] = watched.host.values(HTTP_SERVER_REQUEST_DURATION);
  expect(duration?.value).toBeGreaterThanOrEqual(0);
  expect(duration?.value).toBeLessThan(10);
  expect(watched.host.warnings).toEqual([]);
  socket.destroy();
});

test('after its end a context holds no request, while what still runs in it keeps its parent', async () => {
  using watched = setUp();
  const left = Promise.withResolvers<{ request?: unknown; span?: unknown }>();
  await using shop = await RunningServer.start((_request, response) => {
    const context = watched.host.active() as { request?: unknown; span?: unknown };
    expect(context.request).toBeDefined();
    response.end('ok');
    void watched.host.spans(1).then(() => left.resolve(context));
  });
  const socket = await shop.connect();
  await exchange(socket, GET('/'), endsWith('ok'));
  const context = await left.promise;
  expect(context.request).toBeUndefined();
  expect(context.span).toBe(watched.host.ended[0]);
  socket.destroy();
});

test('errors thrown by a handler reach the application, and the span ends with what is sent', async () => {
  using watched = setUp();
  const thrown = Promise.withResolvers<unknown>();
  await using shop = await RunningServer.start(async (_request, response) => {
    try {
      await Promise.reject(new Error('handler'));
    } catch (error) {
      thrown.resolve(error);
      response.writeHead(500).end('ok');
    }
  });
  const client = httpRequest({ port: shop.port, host: '127.0.0.1', agent: false }).end();
  const [response] = (await once(client, 'response')) as [IncomingMessage];
  response.resume();
  const [span] = await watched.host.spans(1);
  expect(await thrown.promise).toEqual(new Error('handler'));
  expect(watched.host.attributes(span)).toMatchObject({ 'error.type': '500' });
  expect(watched.host.active()).toBe(ROOT_CONTEXT);
});
