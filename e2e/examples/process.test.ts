import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../stack/eventually.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';
import { ExampleProcess } from './example-process.ts';
import { type RunningShop, startShop } from './running-shop.ts';
import { type Answer, ask, listener, order } from './shop-client.ts';

let running: RunningShop;

beforeAll(async () => {
  running = await startShop();
});

afterAll(async () => {
  await running?.end();
});

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
});

/** Starts an order and resolves when it waits for its payment; `answer` is what became of it. */
async function orderWaiting(shop: string, customerId: number): Promise<{ answer: Promise<Answer | 'cut'> }> {
  let early: Answer | 'cut' | undefined;
  const answer = order(shop, { customerId, items: [{ productId: 1, quantity: 1 }] }).catch(() => 'cut' as const);
  void answer.then((came) => {
    early = came;
  });
  await eventually('a pending order', WORST_CASE_MILLIS.answered, async () => {
    const { orders } = (await ask('GET', `${shop}/customers/${customerId}/orders`)).body as {
      orders: { status: string }[];
    };
    if (orders.some(({ status }) => status === 'pending')) return true;
    if (early !== undefined) throw new Error(`it was answered already: ${JSON.stringify(early)}`);
    return undefined;
  });
  return { answer };
}

test('SIGTERM: the order under way is answered, sockets are told, and the shop ends with 0, which it does only within its deadline', async () => {
  const shop = await ExampleProcess.application('shop', {
    ...running.environment,
    SHOP_PAYMENTS_TIMEOUT_MS: '30000',
    SHOP_SHUTDOWN_MS: '60000',
  });
  const { socket } = await listener(shop.url, 11);
  const disconnected = new Promise((resolve) => socket.once('disconnect', resolve));
  await ask('PUT', `${running.payments.url}/faults/latency`, { ms: 10_000, ttlSeconds: 60 });
  const { answer } = await orderWaiting(shop.url, 11);
  const ended = await shop.end('SIGTERM');
  await ask('DELETE', `${running.payments.url}/faults/latency`);
  expect(await answer).toMatchObject({ status: 201, body: { status: 'paid' } });
  await disconnected;
  expect([ended.code, ended.signal]).toEqual([0, null]);
  expect(shop.logLines.at(-1)).toMatchObject({ msg: 'stopped' });
});

test('SIGTERM: what does not end by the deadline is cut, and the exit code 1 says so', async () => {
  const shop = await ExampleProcess.application('shop', {
    ...running.environment,
    SHOP_PAYMENTS_TIMEOUT_MS: '30000',
    SHOP_SHUTDOWN_MS: '500',
  });
  await ask('PUT', `${running.payments.url}/faults/hang`, { ttlSeconds: 60 });
  const { answer } = await orderWaiting(shop.url, 12);
  const ended = await shop.end('SIGTERM');
  await ask('DELETE', `${running.payments.url}/faults/hang`);
  expect(await answer).toBe('cut');
  expect(ended.code).toBe(1);
});

test('an order whose shop was killed before the payment came back is settled by the next one, and charged once', async () => {
  const killed = await ExampleProcess.application('shop', {
    ...running.environment,
    SHOP_PAYMENTS_TIMEOUT_MS: '30000',
  });
  await ask('PUT', `${running.payments.url}/faults/latency`, { ms: 10_000, ttlSeconds: 60 });
  const { answer } = await orderWaiting(killed.url, 13);
  expect((await killed.end('SIGKILL')).signal).toBe('SIGKILL');
  expect(await answer).toBe('cut');
  await ask('DELETE', `${running.payments.url}/faults/latency`);
  const next = await ExampleProcess.application('shop', {
    ...running.environment,
    SHOP_SETTLE_AFTER_MS: '100',
    SHOP_PAYMENTS_TIMEOUT_MS: '30000',
  });
  const settled = await eventually('a settled order', WORST_CASE_MILLIS.answered, async () => {
    const { orders } = (await ask('GET', `${next.url}/customers/13/orders`)).body as {
      orders: Record<string, unknown>[];
    };
    return orders.find(({ status }) => status === 'shipped');
  });
  await next.end('SIGTERM');
  const charges = running.payments.logLines.filter(
    ({ msg, reference }) => msg === 'charge' && reference === settled.id,
  );
  expect(new Set(charges.map(({ chargeId }) => chargeId)).size).toBe(1);
});

test('payments end with 0 on SIGTERM, also while a charge hangs', async () => {
  const payments = await ExampleProcess.application('payments', { PAYMENTS_PORT: '0', PAYMENTS_FAULTS: 'true' });
  await ask('PUT', `${payments.url}/faults/hang`, {});
  const hanging = ask('POST', `${payments.url}/charges`, { reference: 'h', amountCents: 1, currency: 'EUR' });
  await sleep(1_000);
  expect((await payments.end('SIGTERM')).code).toBe(0);
  expect((await hanging).status).toBe(201);
});

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
  const { requestsPlanned, total, kinds, websocket } = JSON.parse(load.stdout);
  expect(requestsPlanned).toBe(80);
  // A machine that is busy with other things may not hold the rate.
  expect(total.requests).toBeGreaterThan(20);
  expect(total).toMatchObject({ refused: 0, failed: 0, unanswered: 0, succeeded: total.requests });
  expect(websocket).toMatchObject({ clients: 4, disconnects: 0, connectErrors: 0, acknowledgeTimeouts: 0 });
  expect(websocket.events['order:paid']).toBeGreaterThanOrEqual(kinds['place order'].succeeded);
  expect(websocket.acknowledge.count).toBeGreaterThanOrEqual(kinds['place order'].succeeded);
});

test.each([
  [['--url', 'http://127.0.0.1:9'], 1, 'load: nothing answers at http://127.0.0.1:9'],
  [['--rate', 'fast'], 2, 'load: --rate: expected a whole number from 1 to 1000, got "fast"'],
])('the load generator with %j ends with %i and one line', async (args, code, line) => {
  const load = ExampleProcess.run('shop', ['load/main.ts', ...args]);
  expect((await load.end()).code).toBe(code);
  expect(load.stderr.trim().split('\n')).toEqual([expect.stringContaining(line)]);
});
