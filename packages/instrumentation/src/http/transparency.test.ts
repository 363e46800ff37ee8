import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { exchange, GET, RunningServer } from '../../test/http/raw-exchange.ts';
import { RecordingHost } from '../../test/http/recording-host.ts';
import type { Instrumentation } from '../instrumentation.ts';
import { createHttpInstrumentation } from './instrumentation.ts';

let http: Instrumentation | undefined;

afterEach(() => http?.disable());

function enable(): RecordingHost {
  const host = new RecordingHost();
  http = createHttpInstrumentation(host);
  http.enable();
  return host;
}

const EVENTS = ['close', 'end', 'finish', 'error', 'data', 'aborted', 'drain', 'timeout', 'response', 'socket', 'pipe'];

const listenersOf = (emitter: NodeJS.EventEmitter) =>
  Object.fromEntries(EVENTS.map((event) => [event, emitter.listenerCount(event)]));

/** Every event that is emitted, in its order; the emitters are those of Node.js. */
function noting(events: string[], name: string, emitter: NodeJS.EventEmitter): void {
  for (const event of EVENTS.filter((one) => one !== 'data'))
    emitter.prependListener(event, () => events.push(`${name} ${event}`));
}

/** One request of each kind with all that an application can see of it. */
async function observe() {
  const events: string[] = [];
  const counts: unknown[] = [];
  const errors: unknown[] = [];
  await using shop = await RunningServer.start((incoming: IncomingMessage, response: ServerResponse) => {
    counts.push(listenersOf(incoming), listenersOf(response), incoming.listeners('close'), response.listeners('close'));
    noting(events, 'request', incoming);
    noting(events, 'answer', response);
    counts.push(Object.keys(incoming).sort(), Object.keys(response).sort());
    if (incoming.url === '/lost') incoming.socket.destroy();
    else if (incoming.url === '/thrown') {
      response.statusCode = 500;
      response.end(String(new Error('mine').message));
    } else if (incoming.url === '/left') response.write('half');
    else response.end('ok');
  });
  const agent = new Agent({ keepAlive: true });
  const headers: unknown[] = [];
  for (const path of ['/', '/thrown', '/lost', '/again']) {
    const sent: ClientRequest = request({ port: shop.port, host: '127.0.0.1', agent, path, headers: { 'x-own': '1' } });
    counts.push(listenersOf(sent), Object.keys(sent).sort());
    noting(events, 'sent', sent);
    sent.on('response', (response: IncomingMessage) => {
      counts.push(listenersOf(response), Object.keys(response).sort());
      noting(events, 'received', response);
      const { date: _date, ...rest } = response.headers;
      headers.push(rest, response.rawHeaders.length);
      response.resume();
    });
    sent.on('error', ({ name, message, code, ...rest }: NodeJS.ErrnoException) =>
      errors.push([name, message, code, rest]),
    );
    sent.end();
    await new Promise((resolve) => sent.once('close', resolve));
  }
  const socket = await shop.connect();
  await exchange(socket, GET('/left'), (text) => text.includes('half'));
  socket.destroy();
  for (let index = 0; index < 50; index += 1) await turn();
  agent.destroy();
  return { events, counts, errors, headers };
}

test('listeners, keys, order of events, errors and headers are the same with and without it', async () => {
  const without = await observe();
  const host = enable();
  const watched = await observe();
  await host.spans(9);
  expect(watched).toEqual(without);
  expect(without.errors).toHaveLength(1);
  expect(without.events.length).toBeGreaterThan(20);
});

test('the one difference on a connection is a listener of close; a request’s own are those of the application', async () => {
  const count = async () => {
    const seen = Promise.withResolvers<number>();
    await using shop = await RunningServer.start((incoming, response) => {
      seen.resolve(incoming.socket.listenerCount('close'));
      response.end('ok');
    });
    const socket = await shop.connect();
    for (let index = 0; index < 3; index += 1) await exchange(socket, GET('/'), (text) => text.endsWith('ok'));
    socket.destroy();
    return seen.promise;
  };
  const without = await count();
  enable();
  expect((await count()) - without).toBe(1);
});

test('what another server gets differs by traceparent alone', async () => {
  const received: string[][] = [];
  await using shop = await RunningServer.start((incoming, response) => {
    received.push(incoming.rawHeaders);
    response.end('ok');
  });
  const ask = async () => {
    const sent = request({ port: shop.port, host: '127.0.0.1', agent: false, headers: { 'X-Own': '1' } }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
  };
  await ask();
  enable();
  await ask();
  const [without = [], watched = []] = received;
  const added = watched.indexOf('traceparent');
  expect(added).toBeGreaterThanOrEqual(0);
  expect(watched.toSpliced(added, 2)).toEqual(without);
});
