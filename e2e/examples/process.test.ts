import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../stack/eventually.ts';
import { ExampleProcess } from './example-process.ts';
import { type RunningShop, startShop } from './running-shop.ts';
import { ask, listener, order } from './shop-client.ts';

let running: RunningShop;

beforeAll(async () => {
  running = await startShop();
}, 120_000);

afterAll(async () => {
  await running?.end();
}, 120_000);

const FLAG = ['--import', '@vigil/node/register', 'src/main.ts'];

test('a shop without configuration ends with 2 and one line that names all three missing URLs', async () => {
  const shop = ExampleProcess.run('shop', FLAG);
  expect((await shop.end()).code).toBe(2);
  const lines = shop.stderr.split('\n').filter((line) => line.startsWith('shop: '));
  expect(lines).toEqual([expect.stringMatching(/DATABASE_URL: .*REDIS_URL: .*PAYMENTS_URL: /)]);
});

test.each([
  ['shop', 'SHOP_PORT'],
  ['payments', 'PAYMENTS_PORT'],
])('%s ends with 2 and one line when its port is taken', async (name, variable) => {
  const port = new URL(running.payments.url).port;
  const second = ExampleProcess.run(name, FLAG, { ...running.environment, [variable]: port });
  expect((await second.end()).code).toBe(2);
  expect(second.stderr).toContain('EADDRINUSE');
  expect(second.stderr).not.toContain('    at ');
});

test('a second shop finds the database ready and has no fault routes; request 5 of 5 passes, 6 is 429', async () => {
  const shop = await ExampleProcess.application('shop', {
    ...running.environment,
    SHOP_RATE_LIMIT: '5',
    SHOP_RATE_WINDOW_SECONDS: '86400',
  });
  expect(shop.logLines).toContainEqual(expect.objectContaining({ msg: 'listening', seeded: false, faults: false }));
  const answers = [await ask('PUT', `${shop.url}/faults/errors`, {})];
  for (let request = 2; request <= 6; request += 1) answers.push(await ask('GET', `${shop.url}/products`));
  expect(answers.map((answer) => answer.status)).toEqual([404, 200, 200, 200, 200, 429]);
  expect(answers.map((answer) => answer.headers.get('ratelimit-remaining'))).toEqual(['4', '3', '2', '1', '0', '0']);
  expect(Number(answers[5]?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await ask('GET', `${shop.url}/livez`)).status).toBe(200);
  expect((await shop.end('SIGTERM')).code).toBe(0);
}, 120_000);

/** Resolves when the customer has an order that waits for its payment. */
function orderPending(shop: string, customerId: number): Promise<boolean> {
  return eventually('a pending order', 10_000, async () => {
    const { orders } = (await ask('GET', `${shop}/customers/${customerId}/orders`)).body as {
      orders: { status: string }[];
    };
    return orders.some(({ status }) => status === 'pending') || undefined;
  });
}

test('SIGTERM: the order under way is answered, sockets are told, and the shop ends with 0, which it does only within its deadline', async () => {
  const shop = await ExampleProcess.application('shop', { ...running.environment, SHOP_PAYMENTS_TIMEOUT_MS: '30000' });
  const { socket } = await listener(shop.url, 11);
  const disconnected = new Promise((resolve) => socket.once('disconnect', resolve));
  await ask('PUT', `${running.payments.url}/faults/latency`, { ms: 3_000, ttlSeconds: 30 });
  const underWay = order(shop.url, { customerId: 11, items: [{ productId: 1, quantity: 1 }] });
  await orderPending(shop.url, 11);
  const ended = await shop.end('SIGTERM');
  await ask('DELETE', `${running.payments.url}/faults/latency`);
  expect((await underWay).body).toMatchObject({ status: 'paid' });
  await disconnected;
  expect([ended.code, ended.signal]).toEqual([0, null]);
  expect(shop.logLines.at(-1)).toMatchObject({ msg: 'stopped' });
}, 120_000);

test('SIGTERM: what does not end by the deadline is cut, and the exit code 1 says so', async () => {
  const shop = await ExampleProcess.application('shop', {
    ...running.environment,
    SHOP_PAYMENTS_TIMEOUT_MS: '30000',
    SHOP_SHUTDOWN_MS: '500',
  });
  await ask('PUT', `${running.payments.url}/faults/hang`, { ttlSeconds: 60 });
  const underWay = order(shop.url, { customerId: 12, items: [{ productId: 1, quantity: 1 }] }).catch(() => 'cut');
  await orderPending(shop.url, 12);
  const ended = await shop.end('SIGTERM');
  await ask('DELETE', `${running.payments.url}/faults/hang`);
  expect(await underWay).toBe('cut');
  expect(ended.code).toBe(1);
}, 120_000);

test('payments end with 0 on SIGTERM, also while a charge hangs', async () => {
  const payments = await ExampleProcess.application('payments', { PAYMENTS_PORT: '0', PAYMENTS_FAULTS: 'true' });
  await ask('PUT', `${payments.url}/faults/hang`, {});
  const hanging = ask('POST', `${payments.url}/charges`, { reference: 'h', amountCents: 1, currency: 'EUR' });
  await sleep(1_000);
  expect((await payments.end('SIGTERM')).code).toBe(0);
  expect((await hanging).status).toBe(201);
}, 120_000);

test('the load generator places orders its clients hear of, and sums up in JSON', async () => {
  const load = ExampleProcess.run('shop', [
    'load/main.ts',
    '--url',
    running.shop.url,
    '--rate',
    '20',
    '--seconds',
    '4',
    '--clients',
    '4',
    '--json',
  ]);
  expect((await load.end()).code).toBe(0);
  const { total, kinds, websocket } = JSON.parse(load.stdout);
  expect(total).toMatchObject({ requests: 80, refused: 0, failed: 0, unanswered: 0 });
  expect(kinds['place order'].succeeded).toBe(16);
  expect(websocket).toMatchObject({
    clients: 4,
    disconnects: 0,
    acknowledgeTimeouts: 0,
    events: { 'order:created': 16, 'order:paid': 16 },
  });
  expect(websocket.acknowledge.count).toBe(16);
}, 120_000);

test.each([
  [['--url', 'http://127.0.0.1:9'], 1, 'load: nothing answers at http://127.0.0.1:9'],
  [['--rate', 'fast'], 2, 'load: --rate: expected a whole number from 1 to 1000, got "fast"'],
])('the load generator with %j ends with %i and one line', async (args, code, line) => {
  const load = ExampleProcess.run('shop', ['load/main.ts', ...args]);
  expect((await load.end()).code).toBe(code);
  expect(load.stderr.trim().split('\n')).toEqual([expect.stringContaining(line)]);
});
