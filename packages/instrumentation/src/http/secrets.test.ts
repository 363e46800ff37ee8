import { Agent, type IncomingMessage, request } from 'node:http';
import { expect, test } from '@jest/globals';
import { RunningServer } from '../../test/http/raw-exchange.ts';
import { RecordingHost } from '../../test/http/recording-host.ts';
import { createUndiciInstrumentation } from '../undici/index.ts';
import { createHttpInstrumentation } from './instrumentation.ts';

const CANARY = 'canary7f3a';

test('secrets in query, user, headers, cookies and bodies are in no attribute, name, label or warning', async () => {
  const host = new RecordingHost();
  const parts = [createHttpInstrumentation(host, { bodySizes: true }), createUndiciInstrumentation(host)];
  for (const part of parts) part.enable();
  await using shop = await RunningServer.start((incoming, response) => {
    incoming.resume();
    response.setHeader('set-cookie', `session=${CANARY}`).setHeader('x-secret', CANARY);
    if (incoming.url?.includes('lost')) incoming.socket.destroy();
    else response.writeHead(incoming.url?.includes('500') ? 500 : 200, CANARY).end(CANARY);
  });
  const agent = new Agent();
  const headers = {
    Authorization: `Bearer ${CANARY}`,
    Cookie: `session=${CANARY}`,
    'X-Api-Key': CANARY,
    'X-Forwarded-For': `${CANARY}, 10.0.0.1`,
    Forwarded: `for=${CANARY};host=${CANARY}`,
    Referer: `http://h/?${CANARY}`,
    'Proxy-Authorization': CANARY,
    tracestate: 'a=b',
    traceparent: CANARY,
    baggage: `user=${CANARY}`,
  };
  const paths = [
    `/?token=${CANARY}`,
    `/500?${CANARY}`,
    `/lost?a=1&b=${CANARY}#${CANARY}`,
    `http://u:${CANARY}@shop.test/p?${CANARY}`,
  ];
  for (const path of paths) {
    const options = { port: shop.port, host: '127.0.0.1', agent, path, headers, auth: `ann:${CANARY}`, method: 'POST' };
    const sent = request(options).on('error', () => undefined);
    sent.on('response', (response: IncomingMessage) => response.resume());
    sent.end(CANARY);
    await new Promise((resolve) => sent.once('close', resolve));
    if (path.startsWith('/'))
      await fetch(shop.url(path), { headers, method: 'POST', body: CANARY })
        .then((one) => one.text())
        .catch(() => undefined);
  }
  // Of each request two spans; undici may send a lost one again.
  await host.spans(14);
  for (const part of parts) part.disable();
  const written = JSON.stringify([
    [...host.sent].map(([{ name, statusMessage, events }, attributes]) => [name, statusMessage, events, attributes]),
    host.measurements,
    host.warnings,
  ]);
  expect(written).toContain('REDACTED');
  expect(written).not.toContain(CANARY);
  agent.destroy();
});
