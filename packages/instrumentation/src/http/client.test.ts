import { once } from 'node:events';
import { Agent, ClientRequest, get, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { propagation, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { HTTP_CLIENT_REQUEST_DURATION } from '@vigil/conventions';
import { LightContext } from '@vigil/tracer';
import { RunningServer } from '../../test/http/raw-exchange.ts';
import { RecordingHost } from '../../test/http/recording-host.ts';
import type { Instrumentation } from '../instrumentation.ts';
import { createHttpInstrumentation } from './instrumentation.ts';
import type { HttpOptions } from './options.ts';

let host: RecordingHost;
let http: Instrumentation;
let agent: Agent;

function start(options: HttpOptions = {}) {
  host = new RecordingHost();
  http = createHttpInstrumentation(host, { server: false, ...options });
  http.enable();
}

beforeEach(() => {
  agent = new Agent({ keepAlive: true });
  start();
});

afterEach(() => {
  http.disable();
  agent.destroy();
});

/** What a server got, and what it answered. */
function echo(status = 200, body = 'ok') {
  return RunningServer.start((incoming, response) => {
    incoming.resume();
    response.writeHead(status, { 'x-headers': JSON.stringify(incoming.headers) }).end(body);
  });
}

async function ask(port: number, options: RequestOptions = {}) {
  const sent = request({ port, host: '127.0.0.1', agent, path: '/', ...options }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return { response, headers: JSON.parse(String(response.headers['x-headers'] ?? '{}')) as Record<string, string> };
}

test('a request is one span below the active one, and tells the other server so', async () => {
  await using shop = await echo();
  const parent = host.tracer('test')?.startSpan('parent', { kind: SpanKind.INTERNAL }, ROOT_CONTEXT);
  const context = new LightContext(parent, ROOT_CONTEXT);
  const { headers } = await host.contextManager.with(context, () => ask(shop.port, { path: '/p/7?q=secret#x' }));
  const [span] = await host.spans(1);
  expect([span?.name, span?.kind, span?.statusCode]).toEqual(['GET', 3, 0]);
  expect(span?.parentSpanId).toBe(parent?.spanContext().spanId);
  expect(headers.traceparent).toBe(`00-${span?.traceId}-${span?.spanId}-01`);
  expect(host.attributes(span)).toEqual({
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'network.protocol.version': '1.1',
    'server.address': '127.0.0.1',
    'server.port': shop.port,
    'url.full': `http://127.0.0.1:${shop.port}/p/7?q=REDACTED`,
    'network.peer.address': '127.0.0.1',
    'network.peer.port': shop.port,
  });
  const [duration] = host.values(HTTP_CLIENT_REQUEST_DURATION);
  expect(duration?.labels).toEqual({
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'network.protocol.version': '1.1',
    'server.address': '127.0.0.1',
    'server.port': shop.port,
    'url.scheme': 'http',
  });
  expect(duration?.traceId).toBe(span?.traceId);
});

test('404 is an error of the client, with the status as its type', async () => {
  await using shop = await echo(404);
  await ask(shop.port);
  const [span] = await host.spans(1);
  expect([span?.statusCode, host.attributes(span)['error.type']]).toEqual([2, '404']);
});

test('baggage goes to hosts on the list only, the trace to all', async () => {
  http.disable();
  await using shop = await echo();
  const context = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ tenant: { value: '7' } }));
  const lists: readonly (readonly string[])[] = [[], ['127.0.0.1'], ['.0.0.1'], ['*'], ['shop.test']];
  const sent: unknown[] = [];
  for (const baggageHosts of lists) {
    start({ baggageHosts });
    const { headers } = await host.contextManager.with(context, () => ask(shop.port));
    sent.push(headers.baggage);
    await host.spans(1);
    expect(headers.traceparent).toMatch(/^00-/);
    http.disable();
  }
  expect(sent).toEqual([undefined, 'tenant=7', 'tenant=7', 'tenant=7', undefined]);
});

test('what is suppressed or ignored makes no span and keeps its headers', async () => {
  http.disable();
  start({ ignoreOutgoing: ({ path }) => path === '/ignored' });
  await using shop = await echo();
  const suppressed = await host.contextManager.with(suppressTracing(ROOT_CONTEXT), () => ask(shop.port));
  const ignored = await ask(shop.port, { path: '/ignored' });
  const whole = await ask(shop.port, { headers: ['host', 'a'] as never });
  await host.spans(1);
  expect([suppressed, ignored, whole].map(({ headers }) => headers.traceparent)).toEqual([
    ...[undefined, undefined, undefined],
  ]);
  expect(host.ended).toHaveLength(1);
  expect(host.warnings).toEqual([]);
});

test('a refused connection, a lost one and a name that is none end the span with the error’s code', async () => {
  await using shop = await RunningServer.start((incoming) => void incoming.socket.destroy());
  const closed = await RunningServer.start(() => undefined);
  await closed[Symbol.asyncDispose]();
  const requests = [
    () => request({ port: closed.port, host: '127.0.0.1' }),
    () => request({ port: shop.port, host: '127.0.0.1', agent }),
    () =>
      request({
        host: 'no.such.host.invalid',
        lookup: (_name, _options, done) => done(Object.assign(new Error('no name'), { code: 'ENOTFOUND' }), '', 4),
      }),
  ];
  for (const open of requests) {
    const sent = open().end();
    await new Promise((resolve) => sent.once('error', resolve));
  }
  const spans = await host.spans(3);
  expect(spans.map((span) => host.attributes(span)['error.type'])).toEqual(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND']);
  expect(spans.map(({ statusCode }) => statusCode)).toEqual([2, 2, 2]);
  expect(host.values(HTTP_CLIENT_REQUEST_DURATION)).toHaveLength(3);
});

test('destroyed before the answer, aborted, timed out: each ends once, and says which', async () => {
  await using shop = await RunningServer.start(() => undefined);
  const controller = new AbortController();
  const options = { port: shop.port, host: '127.0.0.1', agent };
  const destroyed = request(options).end();
  const aborted = request({ ...options, signal: controller.signal }).end();
  const early = request(options);
  const late = request({ ...options, timeout: 20 }).end();
  for (const sent of [destroyed, aborted, early, late]) sent.on('error', () => undefined);
  early.abort();
  late.on('timeout', () => late.destroy());
  await once(destroyed, 'socket');
  destroyed.destroy();
  controller.abort();
  const spans = await host.spans(4);
  expect(spans.map((span) => String(host.attributes(span)['error.type'])).sort()).toEqual([
    ...['ABORT_ERR', 'ABORT_ERR', 'ECONNRESET', 'timeout'],
  ]);
});

test('an answer lost in its middle is an error, one the application leaves in its middle is none', async () => {
  const connections: (() => void)[] = [];
  await using shop = await RunningServer.start((incoming, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    connections.push(() => incoming.socket.destroy());
  });
  for (const how of ['lost', 'destroyed', 'response destroyed']) {
    const sent = request({ port: shop.port, host: '127.0.0.1', agent }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    response.resume();
    await once(response, 'data');
    if (how === 'lost') connections.at(-1)?.();
    else if (how === 'destroyed') sent.destroy();
    else response.destroy();
    await once(sent, 'close');
  }
  const spans = await host.spans(3);
  expect(spans.map((span) => host.attributes(span)['error.type'])).toEqual(['ECONNRESET', undefined, undefined]);
  expect(spans.map((span) => host.attributes(span)['http.response.status_code'])).toEqual([200, 200, 200]);
});

test('an upgrade ends with its 101, an answer without a body with its head', async () => {
  await using shop = await echo(204, '');
  shop.server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tea\r\n\r\n');
  });
  const sent = request({
    port: shop.port,
    host: '127.0.0.1',
    headers: { Connection: 'Upgrade', Upgrade: 'tea' },
  }).end();
  const [, socket] = await once(sent, 'upgrade');
  await ask(shop.port);
  await ask(shop.port, { method: 'HEAD' });
  const spans = await host.spans(3);
  expect(spans.map((span) => host.attributes(span)['http.response.status_code'])).toEqual([101, 204, 204]);
  socket.destroy();
});

test('http.get, a URL with a user, and a Host of another name are one span each, without the user', async () => {
  await using shop = await echo();
  const url = `http://ann:canary@127.0.0.1:${shop.port}/x`;
  const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
  await once(response.resume(), 'end');
  await ask(shop.port, { headers: { Host: 'virtual.test' } });
  const spans = await host.spans(2);
  expect(spans.map((span) => host.attributes(span)['url.full'])).toEqual([
    `http://127.0.0.1:${shop.port}/x`,
    'http://127.0.0.1/',
  ]);
  expect(spans.map((span) => host.attributes(span)['server.port'])).toEqual([shop.port, shop.port]);
  expect(JSON.stringify([...host.sent.values()])).not.toContain('canary');
});

test('a request by an ES module and one by a CommonJS module are one span each', async () => {
  await using shop = await echo();
  const options = { port: shop.port, host: '127.0.0.1', agent: false as const };
  const common = createRequire(import.meta.url)('node:http') as { get: typeof get };
  for (const send of [get, common.get, (await import('node:http')).default.get]) {
    const [response] = (await once(send(options), 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
  }
  await host.spans(3);
  expect(host.ended).toHaveLength(3);
});

test('switched off, requests on their way end, new ones are not seen, and the class is as before', async () => {
  const waiting = Promise.withResolvers<() => void>();
  await using shop = await RunningServer.start((incoming, response) => {
    if (incoming.url === '/held') waiting.resolve(() => response.end('ok'));
    else response.end('ok');
  });
  expect(ClientRequest.prototype.emit.name).toBe('emit');
  expect(ClientRequest.prototype.emit.length).toBe(1);
  const held = ask(shop.port, { path: '/held' });
  const release = await waiting.promise;
  http.disable();
  expect(Object.hasOwn(ClientRequest.prototype, 'emit')).toBe(true);
  await ask(shop.port, { path: '/unseen' });
  release();
  await held;
  await host.spans(1);
  expect(host.attributes(host.ended[0])['url.full']).toBe(`http://127.0.0.1:${shop.port}/held`);
  expect(Object.hasOwn(ClientRequest.prototype, 'emit')).toBe(false);
});

test('a request is open until its answer is read', async () => {
  await using shop = await echo(200, 'x'.repeat(200_000));
  const sent = request({ port: shop.port, host: '127.0.0.1', agent }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  for (let index = 0; index < 20; index += 1) await turn();
  expect(host.ended).toHaveLength(0);
  response.resume();
  await once(response, 'end');
  await host.spans(1);
  expect(host.ended).toHaveLength(1);
});
