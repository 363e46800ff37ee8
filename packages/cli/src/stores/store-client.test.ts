import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { createStoreClient, StoreError } from './store-client.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function clientOf(answer: RequestListener) {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return createStoreClient({ prometheus: url, jaeger: url, loki: url });
}

test.each<[string, RequestListener]>([
  ['a 500', (_, response) => response.writeHead(500).end('no')],
  ['a page instead of JSON', (_, response) => response.end('<html>')],
  ['an answer that breaks off', (_, response) => response.writeHead(200).write('{', () => response.destroy())],
])('%s is a StoreError, whichever store it comes from', async (_, answer) => {
  const client = await clientOf(answer);
  await expect(client.prometheus('up')).rejects.toThrow(StoreError);
  await expect(client.trace('a')).rejects.toThrow(StoreError);
  await expect(client.logs('{a="b"}', new Date(), 1)).rejects.toThrow(StoreError);
});

test('Prometheus looks back to the beginning of the run, at least 1 s and at most 5 min', async () => {
  const asked: (string | null)[] = [];
  const client = await clientOf((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://x').searchParams.get('lookback_delta'));
    response.end('{"data":{"result":[]}}');
  });
  await client.prometheus('up');
  for (const agoMillis of [0, 60_500, 3_600_000]) await client.prometheus('up', new Date(Date.now() - agoMillis));
  expect(asked).toEqual([null, '1s', '60s', '300s']);
});

test('exemplars of all series are counted', async () => {
  const client = await clientOf((_, response) => response.end('{"data":[{"exemplars":[{},{}]},{"exemplars":[{}]}]}'));
  expect(await client.exemplars('x_bucket', new Date(0))).toBe(3);
});
