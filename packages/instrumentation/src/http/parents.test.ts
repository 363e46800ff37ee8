import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { HTTP_SERVER_ACTIVE_REQUESTS } from '@vigil/conventions';
import type { LightSpan } from '@vigil/tracer';
import { exchange, GET, RunningServer } from '../../test/http/raw-exchange.ts';
import { RecordingHost } from '../../test/http/recording-host.ts';
import { createUndiciInstrumentation } from '../undici/index.ts';
import { createHttpInstrumentation } from './instrumentation.ts';

const TRACES = 240;

test('240 traces at once, kept connections, pipelining, http and fetch: every span is below its own request', async () => {
  const host = new RecordingHost();
  const parts = [createHttpInstrumentation(host), createUndiciInstrumentation(host)];
  for (const part of parts) part.enable();
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  await using backend = await RunningServer.start((incoming, response) => void response.end(incoming.url));
  await using shop = await RunningServer.start(async (incoming, response) => {
    const path = incoming.url ?? '';
    await turn();
    const sent = request({ port: backend.port, host: '127.0.0.1', agent, path: `/http${path}` }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    await once(answer.resume(), 'end');
    await (await fetch(backend.url(`/fetch${path}`))).text();
    host.tracer('test')?.startSpan(`own ${path}`, {}, host.active()).end();
    response.end(`${trace.getSpan(host.active())?.spanContext().traceId}${path}.`);
  });
  const connections = 6;
  const perConnection = TRACES / connections;
  const answers = await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      const socket = await shop.connect();
      const paths = Array.from({ length: perConnection }, (_unused, index) => `/${connection}-${index}`);
      // Half of them pipelined, half one after the other.
      let text = '';
      const piped = paths.slice(0, perConnection / 2);
      text += await exchange(
        socket,
        piped.map((path) => GET(path)).join(''),
        (got) => got.split('.').length > piped.length + piped.length * 1,
      );
      for (const path of paths.slice(perConnection / 2))
        text += await exchange(socket, GET(path), (got) => got.endsWith('.'));
      socket.destroy();
      return { text, paths };
    }),
  );
  const spans = await host.spans(TRACES * 6);
  for (const part of parts) part.disable();
  agent.destroy();
  expect(spans).toHaveLength(TRACES * 6);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(TRACES);
  expect(host.sum(HTTP_SERVER_ACTIVE_REQUESTS)).toBe(0);
  const byTrace = Map.groupBy(spans, ({ traceId }) => traceId);
  for (const members of byTrace.values()) expectWhole(members, host);
  for (const { text, paths } of answers) {
    for (const path of paths) {
      const root = spans.find((span) => span.kind === 2 && host.attributes(span)['url.path'] === path);
      expect(text).toContain(`${root?.traceId}${path}.`);
    }
  }
}, 30_000);

function expectWhole(members: readonly LightSpan[], host: RecordingHost): void {
  const [root] = members.filter(({ parentSpanId }) => parentSpanId === '');
  const path = String(host.attributes(root)['url.path']);
  const clients = members.filter(({ kind }) => kind === 3);
  const servers = members.filter((span) => span.kind === 2 && span !== root);
  expect([members.length, clients.length, servers.length]).toEqual([6, 2, 2]);
  for (const client of clients) {
    expect(client.parentSpanId).toBe(root?.spanId);
    expect(String(host.attributes(client)['url.full'])).toMatch(new RegExp(`${path}$`));
    const below = servers.find(({ parentSpanId }) => parentSpanId === client.spanId);
    expect(String(host.attributes(client)['url.full'])).toContain(String(host.attributes(below)['url.path']));
  }
  expect(members.find(({ name }) => name === `own ${path}`)?.parentSpanId).toBe(root?.spanId);
}
