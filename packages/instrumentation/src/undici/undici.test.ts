import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { HTTP_CLIENT_REQUEST_DURATION } from '@vigil/conventions';
import { LightContext } from '@vigil/tracer';
import { Agent, type Dispatcher, request as packaged } from 'undici';
import { RunningServer } from '../../test/http/raw-exchange.ts';
import { RecordingHost } from '../../test/http/recording-host.ts';
import type { Instrumentation } from '../instrumentation.ts';
import { createUndiciInstrumentation } from './instrumentation.ts';
import type { UndiciOptions } from './options.ts';

let host: RecordingHost;
let undici: Instrumentation;
let dispatcher: Dispatcher;

function start(options: UndiciOptions = {}) {
  host = new RecordingHost();
  undici = createUndiciInstrumentation(host, options);
  undici.enable();
}

beforeEach(() => {
  dispatcher = new Agent();
  start();
});

afterEach(async () => {
  undici.disable();
  await dispatcher.destroy();
});

const echo: RequestListener = (request, response) => {
  response.writeHead(request.url?.startsWith('/missing') ? 404 : 200, { 'x-headers': JSON.stringify(request.headers) });
  response.end('ok');
};

const headersOf = (text: string | null | undefined) => JSON.parse(text ?? '{}') as Record<string, string>;

/** Both copies of undici: the one in Node.js and the package. Each returns the headers that the server got. */
const COPIES = [
  [
    'fetch',
    async (url: string) => {
      const response = await fetch(url, { headers: { traceparent: 'from-the-application' } });
      await response.text();
      return headersOf(response.headers.get('x-headers'));
    },
  ],
  [
    'the package',
    async (url: string) => {
      const { headers, body } = await packaged(url, { dispatcher });
      await body.text();
      return headersOf(String(headers['x-headers']));
    },
  ],
] as const;

test.each(COPIES)(
  '%s: one span below the active one, told to the server, with the convention’s attributes',
  async (_name, ask) => {
    await using shop = await RunningServer.start(echo);
    const parent = host.tracer('test')?.startSpan('parent', {}, ROOT_CONTEXT);
    const url = shop.url('/missing?q=secret');
    const headers = await host.contextManager.with(new LightContext(parent, ROOT_CONTEXT), () => ask(url));
    const [span] = await host.spans(1);
    expect(span?.parentSpanId).toBe(parent?.spanContext().spanId);
    expect(headers.traceparent).toBe(`00-${span?.traceId}-${span?.spanId}-01`);
    expect([span?.name, span?.kind, span?.statusCode]).toEqual(['GET', 3, 2]);
    expect(host.attributes(span)).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 404,
      'error.type': '404',
      'server.address': '127.0.0.1',
      'server.port': shop.port,
      'url.full': shop.url('/missing?q=REDACTED'),
    });
    expect(host.values(HTTP_CLIENT_REQUEST_DURATION)[0]?.labels).toEqual({
      'error.type': '404',
      'http.request.method': 'GET',
      'http.response.status_code': 404,
      'server.address': '127.0.0.1',
      'server.port': shop.port,
      'url.scheme': 'http',
    });
    expect(undici.status().isEnabled).toBe(true);
  },
);

test('each redirect is a request of its own', async () => {
  await using shop = await RunningServer.start((request, response) => {
    if (request.url === '/') response.writeHead(302, { location: '/there' }).end();
    else response.end('ok');
  });
  await (await fetch(shop.url('/'))).text();
  const spans = await host.spans(2);
  expect(spans.map((span) => host.attributes(span)['http.response.status_code'])).toEqual([302, 200]);
});

test('a refused connection, an abort and a time limit end the span with what they are', async () => {
  const closed = await RunningServer.start(() => undefined);
  await closed[Symbol.asyncDispose]();
  await using silent = await RunningServer.start(() => undefined);
  const controller = new AbortController();
  const refused = fetch(closed.url('/'));
  const aborted = fetch(silent.url('/'), { signal: controller.signal });
  const late = fetch(silent.url('/'), { signal: AbortSignal.timeout(30) });
  const given = packaged(silent.url('/'), { dispatcher, headersTimeout: 1 });
  await turn();
  controller.abort();
  await Promise.allSettled([refused, aborted, late, given]);
  const spans = await host.spans(4);
  expect(spans.map((span) => String(host.attributes(span)['error.type'])).sort()).toEqual([
    ...['AbortError', 'ECONNREFUSED', 'TimeoutError', 'UND_ERR_HEADERS_TIMEOUT'],
  ]);
  expect(new Set(spans.map(({ statusCode }) => statusCode))).toEqual(new Set([2]));
});

test('a body that is cancelled ends the span without an error, one that is lost with one', async () => {
  const cut: (() => void)[] = [];
  await using shop = await RunningServer.start((request, response) => {
    response.writeHead(200, { 'content-length': '1000000' }).write('half');
    cut.push(() => request.socket.destroy());
  });
  const cancelled = await fetch(shop.url('/'));
  await cancelled.body?.cancel();
  await host.spans(1);
  const lost = await fetch(shop.url('/'));
  cut.at(-1)?.();
  await expect(lost.text()).rejects.toThrow();
  const spans = await host.spans(2);
  expect(spans.map((span) => host.attributes(span)['error.type'])).toEqual([undefined, 'UND_ERR_SOCKET']);
});

test('suppressed and ignored requests keep their headers and make nothing', async () => {
  undici.disable();
  start({ ignoreRequest: ({ path }) => path === '/ignored' });
  await using shop = await RunningServer.start(echo);
  const [, [, ask]] = COPIES;
  const suppressed = await host.contextManager.with(suppressTracing(ROOT_CONTEXT), () => ask(shop.url('/')));
  const ignored = await ask(shop.url('/ignored'));
  expect([suppressed.traceparent, ignored.traceparent]).toEqual([undefined, undefined]);
  expect(host.started).toBe(0);
});

test('a WebSocket is a request that ends with its 101', async () => {
  await using shop = await RunningServer.start(echo);
  const accepted = Promise.withResolvers<void>();
  shop.server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    accepted.resolve();
  });
  // Its key is not checked here, so the client gives up after the 101.
  const socket = new WebSocket(shop.url('/').replace('http', 'ws'));
  socket.onerror = () => undefined;
  await accepted.promise;
  const [span] = await host.spans(1);
  expect(host.attributes(span)).toMatchObject({ 'http.response.status_code': 101 });
  socket.close();
});

test('switched off nothing begins and what has begun ends; the package’s requests of before included', async () => {
  const held = Promise.withResolvers<() => void>();
  await using shop = await RunningServer.start((request, response) => {
    if (request.url === '/held') held.resolve(() => response.end('ok'));
    else response.end('ok');
  });
  const answer = fetch(shop.url('/held')).then((response) => response.text());
  const release = await held.promise;
  undici.disable();
  await (await fetch(shop.url('/unseen'))).text();
  release();
  await answer;
  const spans = await host.spans(1);
  expect(spans.map((span) => host.attributes(span)['url.full'])).toEqual([shop.url('/held')]);
  expect(undici.status()).toEqual({ name: 'undici', isEnabled: false, instrumented: [], refused: [] });
});

test('promises of fetch reject once, and unhandled ones are as unhandled as before', async () => {
  const closed = await RunningServer.start(() => undefined);
  await closed[Symbol.asyncDispose]();
  await expect(fetch(closed.url('/'))).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  await using shop = await RunningServer.start(echo);
  const response = await packaged(shop.url('/'), { dispatcher });
  expect(response.body.listenerCount('close')).toBe(await closeListenersWithoutUs(shop.url('/')));
  await response.body.dump();
});

async function closeListenersWithoutUs(url: string): Promise<number> {
  undici.disable();
  const { body } = await packaged(url, { dispatcher });
  const count = body.listenerCount('close');
  body.resume();
  await once(body, 'end');
  return count;
}
