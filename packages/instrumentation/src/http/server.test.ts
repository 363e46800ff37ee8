import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { propagation, trace } from '@opentelemetry/api';
import { getRPCMetadata, isTracingSuppressed } from '@opentelemetry/core';
import { HTTP_SERVER_ACTIVE_REQUESTS, HTTP_SERVER_REQUEST_DURATION } from '@vigil/conventions';
import { exchange, GET, RunningServer } from '../../test/http/raw-exchange.ts';
import { type HostSettings, RecordingHost } from '../../test/http/recording-host.ts';
import { setHttpRoute } from '../http-route.ts';
import { createHttpInstrumentation } from './instrumentation.ts';
import type { HttpOptions } from './options.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE_ID}-${PARENT_ID}-01`;

function setUp(options: HttpOptions = {}, settings: HostSettings = {}) {
  const host = new RecordingHost(settings);
  const instrumentation = createHttpInstrumentation(host, { client: false, ...options });
  instrumentation.enable();
  return { host, instrumentation, [Symbol.dispose]: () => instrumentation.disable() };
}

const endsWith = (text: string) => (received: string) => received.endsWith(text);

test('a request is one span with route, status and the convention’s attributes; its duration has the same labels', async () => {
  using watched = setUp();
  await using shop = await RunningServer.start((request, response) => {
    setHttpRoute(request, '/orders/:id');
    response.end('ok');
  });
  const socket = await shop.connect();
  await exchange(socket, GET('/orders/7?token=secret', 'User-Agent: probe/1'), endsWith('ok'));
  const [span] = await watched.host.spans(1);
  expect(span?.name).toBe('GET /orders/:id');
  expect(span?.kind).toBe(2);
  expect(span?.statusCode).toBe(0);
  expect(watched.host.attributes(span)).toEqual({
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'network.protocol.version': '1.1',
    'http.route': '/orders/:id',
    'http.response.status_code': 200,
    'url.path': '/orders/7',
    'url.query': 'token=REDACTED',
    'user_agent.original': 'probe/1',
    'client.address': '127.0.0.1',
    'network.peer.address': '127.0.0.1',
    'network.peer.port': socket.localPort,
    'server.address': 'shop.test',
    'server.port': shop.port,
  });
  const [duration] = watched.host.values(HTTP_SERVER_REQUEST_DURATION);
  expect(duration?.labels).toEqual({
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'http.route': '/orders/:id',
    'network.protocol.version': '1.1',
    'url.scheme': 'http',
  });
  expect(duration?.traceId).toBe(span?.traceId);
  expect(duration?.value).toBeGreaterThan(0);
  socket.destroy();
});

test('the handler, and what it starts, run in the request’s context; the caller’s trace goes on, with its baggage', async () => {
  using watched = setUp();
  const seen: unknown[] = [];
  await using shop = await RunningServer.start(async (_request, response) => {
    const context = watched.host.active();
    await turn();
    seen.push(watched.host.active() === context, trace.getSpan(context)?.spanContext().spanId);
    seen.push(propagation.getBaggage(context)?.getEntry('tenant')?.value);
    response.end('ok');
  });
  const socket = await shop.connect();
  await exchange(socket, GET('/', `Traceparent: ${TRACEPARENT}`, 'baggage: tenant=7'), endsWith('ok'));
  await exchange(socket, GET('/'), endsWith('ok'));
  const [first, second] = await watched.host.spans(2);
  expect([first?.traceId, first?.parentSpanId]).toEqual([TRACE_ID, PARENT_ID]);
  expect(second?.parentSpanId).toBe('');
  expect(second?.traceId).not.toBe(TRACE_ID);
  expect(seen).toEqual([true, first?.spanId, '7', true, second?.spanId, undefined]);
  socket.destroy();
});

test('other people’s instrumentations set the route on the RPC metadata, or as an attribute of the active span', async () => {
  using watched = setUp();
  await using shop = await RunningServer.start((request, response) => {
    const context = watched.host.active();
    if (request.url === '/rpc') {
      const metadata = getRPCMetadata(context);
      expect(metadata?.type).toBe('http');
      expect(metadata?.span).toBe(trace.getSpan(context));
      if (metadata !== undefined) metadata.route = '/rpc-route';
    } else {
      trace.getSpan(context)?.setAttributes({ 'http.route': '/attribute-route', mine: 1 });
    }
    response.end('ok');
  });
  const socket = await shop.connect();
  for (const path of ['/rpc', '/attribute']) await exchange(socket, GET(path), endsWith('ok'));
  const [rpc, attribute] = await watched.host.spans(2);
  expect(rpc?.name).toBe('GET /rpc-route');
  expect(attribute?.name).toBe('GET /attribute-route');
  expect(watched.host.attributes(attribute)).toMatchObject({ 'http.route': '/attribute-route', mine: 1 });
  socket.destroy();
});

test('values that others put into the context leave span, metadata and earlier values visible, at any depth', async () => {
  using watched = setUp();
  const checked = Promise.withResolvers<void>();
  await using shop = await RunningServer.start((_request, response) => {
    const keys = Array.from({ length: 3 }, (_, index) => Symbol(`key ${index}`));
    let context = watched.host.active();
    const span = trace.getSpan(context);
    for (const key of keys) context = context.setValue(key, key);
    for (let depth = 0; depth < 20_000; depth += 1) context = context.setValue(keys[0] as symbol, depth);
    expect(keys.map((key) => context.getValue(key))).toEqual([19_999, keys[1], keys[2]]);
    expect(trace.getSpan(context)).toBe(span);
    expect(getRPCMetadata(context)).toBe(watched.host.active());
    expect(getRPCMetadata(trace.deleteSpan(context))?.type).toBe('http');
    expect(trace.getSpan(trace.deleteSpan(watched.host.active()))).toBeUndefined();
    response.end('ok');
    checked.resolve();
  });
  const socket = await shop.connect();
  await exchange(socket, GET('/'), endsWith('ok'));
  await checked.promise;
  socket.destroy();
});

test('500 is an error, 404 is none; a name, status or attribute of the application stays', async () => {
  using watched = setUp();
  await using shop = await RunningServer.start((request, response) => {
    const span = trace.getSpan(watched.host.active());
    if (request.url === '/named')
      span?.updateName('checkout').setStatus({ code: 1 }).setAttribute('url.scheme', 'spdy');
    response.writeHead(request.url === '/missing' ? 404 : 503).end('ok');
  });
  const socket = await shop.connect();
  for (const path of ['/broken', '/missing', '/named'])
    await exchange(socket, GET(path), (text) => text.includes('ok'));
  const [broken, missing, named] = await watched.host.spans(3);
  expect([broken?.statusCode, watched.host.attributes(broken)['error.type']]).toEqual([2, '503']);
  expect([missing?.statusCode, watched.host.attributes(missing)['error.type']]).toEqual([0, undefined]);
  expect([named?.name, named?.statusCode]).toEqual(['checkout', 1]);
  expect(watched.host.attributes(named)).toMatchObject({ 'url.scheme': 'spdy', 'error.type': '503' });
  socket.destroy();
});

test('of 1,200 routes 1,000 are kept encoded, and all are right', async () => {
  using watched = setUp();
  await using shop = await RunningServer.start((request, response) => {
    setHttpRoute(request, `/route${request.url}`);
    response.end('ok');
  });
  const socket = await shop.connect();
  const paths = Array.from({ length: 1_200 }, (_, index) => `/${index}`);
  for (const path of [...paths, '/0', '/1199']) await exchange(socket, GET(path), endsWith('ok'));
  const spans = await watched.host.spans(1_202);
  expect(spans.slice(0, 1_200).map((span) => watched.host.attributes(span)['http.route'])).toEqual(
    paths.map((path) => `/route${path}`),
  );
  expect(spans[1_200]?.constants).toBe(spans[0]?.constants);
  expect(spans[1_201]?.constants).not.toBe(spans[1_199]?.constants);
  socket.destroy();
});

test('an ignored request makes nothing, nor does what it asks for', async () => {
  using watched = setUp({
    ignoreIncoming: ({ url }) => {
      if (url === '/throws') throw new Error('no');
      return url === '/metrics';
    },
  });
  let isSuppressed = false;
  await using shop = await RunningServer.start((request, response) => {
    if (request.url === '/metrics') isSuppressed = isTracingSuppressed(watched.host.active());
    response.end('ok');
  });
  const socket = await shop.connect();
  for (const path of ['/metrics', '/throws']) await exchange(socket, GET(path), endsWith('ok'));
  const spans = await watched.host.spans(1);
  expect(spans.map((span) => watched.host.attributes(span)['url.path'])).toEqual(['/throws']);
  expect(isSuppressed).toBe(true);
  expect(watched.host.warnings).toEqual(['http: ignoreIncoming threw: Error']);
  socket.destroy();
});

test('switched off nothing begins, and what has begun ends; switched on twice is once', async () => {
  using watched = setUp();
  const held = Promise.withResolvers<() => void>();
  await using shop = await RunningServer.start((request, response) => {
    if (request.url === '/held') held.resolve(() => response.end('ok'));
    else response.end(trace.getSpan(watched.host.active()) === undefined ? 'none' : 'span');
  });
  const [first, second] = [await shop.connect(), await shop.connect()];
  const answer = exchange(first, GET('/held'), endsWith('ok'));
  const release = await held.promise;
  watched.instrumentation.disable();
  expect(await exchange(second, GET('/off'), endsWith('none'))).toContain('none');
  release();
  await answer;
  await watched.host.spans(1);
  watched.instrumentation.enable();
  watched.instrumentation.enable();
  await exchange(second, GET('/on'), endsWith('span'));
  const spans = await watched.host.spans(2);
  expect(spans.map((span) => watched.host.attributes(span)['url.path'])).toEqual(['/held', '/on']);
  expect(watched.instrumentation.status()).toMatchObject({ name: 'http', isEnabled: true, refused: [] });
  first.destroy();
  second.destroy();
});

test('without traces durations are recorded, and the caller’s trace is still the active one', async () => {
  using watched = setUp({}, { traces: false });
  let active = '';
  await using shop = await RunningServer.start((_request, response) => {
    active = trace.getSpan(watched.host.active())?.spanContext().spanId ?? '';
    response.end('ok');
  });
  const socket = await shop.connect();
  await exchange(socket, GET('/', `traceparent: ${TRACEPARENT}`), endsWith('ok'));
  while (watched.host.values(HTTP_SERVER_REQUEST_DURATION).length === 0) await turn();
  expect(active).toBe(PARENT_ID);
  expect(watched.host.values(HTTP_SERVER_REQUEST_DURATION)[0]?.value).toBeLessThan(10);
  expect(watched.host.started).toBe(0);
  socket.destroy();
});

test('in development answers say how long they took and which trace they are', async () => {
  using watched = setUp({ responseTimeHeaders: true });
  await using shop = await RunningServer.start((request, response) => {
    if (request.url === '/own') response.setHeader('Server-Timing', 'own').end('ok');
    else response.writeHead(201, { 'x-more': '1' }).end('ok');
  });
  const socket = await shop.connect();
  const answer = await exchange(socket, GET('/'), endsWith('0\r\n\r\n'));
  const own = await exchange(socket, GET('/own'), endsWith('ok'));
  const [span] = await watched.host.spans(2);
  expect(answer).toMatch(/^HTTP\/1.1 201 Created\r\n/);
  expect(answer).toMatch(/X-Response-Time: \d+\.\dms\r\n/);
  expect(answer).toContain(`traceparent;desc="00-${span?.traceId}-${span?.spanId}-01"`);
  expect(answer).toContain('x-more: 1');
  expect(own).toContain('Server-Timing: own\r\n');
  socket.destroy();
});

test('a route that is no text, wherever it was set, is none: 3 of 3 requests end', async () => {
  using watched = setUp();
  const { host } = watched;
  await using shop = await RunningServer.start((request, response) => {
    if (request.url === '/said') setHttpRoute(request, 7 as unknown as string);
    if (request.url === '/span') trace.getSpan(host.active())?.setAttribute('http.route', 7);
    const metadata = getRPCMetadata(host.active());
    if (request.url === '/metadata' && metadata !== undefined) metadata.route = 7 as unknown as string;
    response.end('ok');
  });
  const socket = await shop.connect();
  for (const path of ['/said', '/span', '/metadata']) await exchange(socket, GET(path), endsWith('ok'));
  const spans = await host.spans(3);
  expect(spans.map(({ name }) => name)).toEqual(['GET', 'GET', 'GET']);
  expect(host.sum(HTTP_SERVER_ACTIVE_REQUESTS)).toBe(0);
  expect(host.warnings).toEqual([]);
});

test('names of attributes as the values of headers hide no attribute', async () => {
  using watched = setUp();
  await using shop = await RunningServer.start((_request, response) => void response.end('ok'));
  const socket = await shop.connect();
  const head = ['GET / HTTP/1.1', 'Host: server.port', 'User-Agent: client.address', '', ''].join('\r\n');
  await exchange(socket, head, endsWith('ok'));
  const [span] = await watched.host.spans(1);
  expect(watched.host.attributes(span)).toMatchObject({
    'client.address': '127.0.0.1',
    'server.address': 'server.port',
    'server.port': shop.port,
    'user_agent.original': 'client.address',
  });
});
