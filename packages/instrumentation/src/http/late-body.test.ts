import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { exchange, RunningServer } from '../../test/http/raw-exchange.ts';
import { RecordingHost } from '../../test/http/recording-host.ts';
import type { Instrumentation } from '../instrumentation.ts';
import { createHttpInstrumentation } from './instrumentation.ts';

let http: Instrumentation | undefined;

afterEach(() => http?.disable());

const HEAD = ['POST / HTTP/1.1', 'Host: shop.test', 'Content-Length: 7', 'Expect: 100-continue', '', ''].join('\r\n');

test('listeners of a body that comes after the head run in the context of their request: 3 events of 2 requests', async () => {
  const host = new RecordingHost();
  http = createHttpInstrumentation(host);
  http.enable();
  const seen: string[] = [];
  const handlers: unknown[] = [];
  const active = () => trace.getSpan(host.active())?.spanContext().spanId;
  await using shop = await RunningServer.start((incoming, response) => {
    handlers.push(active());
    incoming.on('data', () => seen.push(`data ${active()}`));
    incoming.on('end', () => {
      seen.push(`end ${active()}`);
      response.end('done.');
    });
    response.on('finish', () => seen.push(`finish ${active()}`));
  });
  const socket = await shop.connect();
  for (let round = 0; round < 2; round += 1) {
    // The handler has run: the server has asked for the rest.
    await exchange(socket, HEAD, (got) => got.endsWith('100 Continue\r\n\r\n'));
    await exchange(socket, '{"a":1}', (got) => got.endsWith('done.'));
  }
  const spans = await host.spans(2);
  expect(handlers).toEqual(spans.map(({ spanId }) => spanId));
  expect(seen).toEqual(spans.flatMap(({ spanId }) => [`data ${spanId}`, `end ${spanId}`, `finish ${spanId}`]));
});

test('a context that the application has entered stays for the listeners that it lets run in it', async () => {
  const host = new RecordingHost();
  http = createHttpInstrumentation(host);
  http.enable();
  const own = host.tracer('test')?.startSpan('own');
  const seen: unknown[] = [];
  await using shop = await RunningServer.start((incoming, response) => {
    incoming.on('mine', () => seen.push(trace.getSpan(host.active())));
    if (own !== undefined) host.contextManager.with(trace.setSpan(host.active(), own), () => incoming.emit('mine', 1));
    response.end('done.');
  });
  const socket = await shop.connect();
  await exchange(socket, 'POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 0\r\n\r\n', (got) =>
    got.endsWith('done.'),
  );
  await turn();
  expect(seen).toEqual([own]);
});

test('the emitter of a request with a body looks and answers as Node.js’ own', async () => {
  const host = new RecordingHost();
  http = createHttpInstrumentation(host);
  http.enable();
  const seen: unknown[] = [];
  await using shop = await RunningServer.start((incoming: IncomingMessage, response) => {
    seen.push(Object.keys(incoming).includes('emit'), incoming.emit.name, incoming.emit.length);
    incoming.on('mine', function (this: unknown, ...args: unknown[]) {
      seen.push(this === incoming, args);
    });
    seen.push(incoming.emit('nobody'), incoming.emit('mine', 1, 2));
    try {
      incoming.emit('error', new RangeError('mine'));
    } catch (error) {
      seen.push(String(error).includes('RangeError: mine'));
    }
    response.end('done.');
  });
  const socket = await shop.connect();
  await exchange(socket, 'POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 0\r\n\r\n', (got) =>
    got.endsWith('done.'),
  );
  const { name, length } = EventEmitter.prototype.emit;
  expect(seen).toEqual([false, name, length, true, [1, 2], false, true, true]);
});
