import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningShop, startShop } from './running-shop.ts';
import { ask, order } from './shop-client.ts';

let running: RunningShop;
let shop: string;
let payments: string;

beforeAll(async () => {
  running = await startShop();
  shop = running.shop.url;
  payments = running.payments.url;
});

afterAll(async () => {
  await running?.end();
});

async function turnOn(fault: string, parameters: object = {}): Promise<void> {
  const answer = await ask('PUT', fault, { ttlSeconds: 60, ...parameters });
  expect([answer.status, answer.body.active]).toEqual([200, expect.objectContaining({ endsInSeconds: 60 })]);
}

async function turnOff(fault: string): Promise<void> {
  expect((await ask('DELETE', fault)).status).toBe(204);
  expect((await ask('GET', fault)).body.active).toBeNull();
}

const status = async (path: string) => (await ask('GET', shop + path)).status;

test('a wrong parameter is 400, an unknown fault 404 with the known ones', async () => {
  expect((await ask('PUT', `${shop}/faults/errors`, { ratio: 2 })).status).toBe(400);
  const unknown = await ask('PUT', `${shop}/faults/nothing`, {});
  expect([unknown.status, unknown.body.known]).toEqual([
    404,
    ['errors', 'latency', 'n-plus-one', 'pool-exhaustion', 'event-loop-block', 'leak'],
  ]);
});

test('errors: requests are 500 while it is on, health answers, and 200 after', async () => {
  await turnOn(`${shop}/faults/errors`);
  expect([await status('/products'), await status('/livez'), await status('/readyz')]).toEqual([500, 200, 200]);
  await turnOff(`${shop}/faults/errors`);
  expect(await status('/products')).toBe(200);
});

test('a fault of three seconds ends by itself', async () => {
  await ask('PUT', `${shop}/faults/errors`, { ttlSeconds: 3 });
  expect(await status('/products')).toBe(500);
  await sleep(3_100);
  expect(await status('/products')).toBe(200);
});

test('latency: a request takes 400 ms longer while it is on', async () => {
  await turnOn(`${shop}/faults/latency`, { ms: 400 });
  expect((await ask('GET', `${shop}/products`)).millis).toBeGreaterThanOrEqual(400);
  await turnOff(`${shop}/faults/latency`);
});

test('n-plus-one: a list is the same list, never from the cache', async () => {
  const path = '/products?limit=7';
  const before = await ask('GET', shop + path);
  await turnOn(`${shop}/faults/n-plus-one`);
  await ask('GET', shop + path);
  const during = await ask('GET', shop + path);
  await turnOff(`${shop}/faults/n-plus-one`);
  expect(during.headers.get('x-cache')).toBe('miss');
  expect(during.body).toEqual(before.body);
});

test('pool-exhaustion: queries are 503 and the shop is not ready but alive; both are back at once', async () => {
  await turnOn(`${shop}/faults/pool-exhaustion`);
  expect(await Promise.all(['/customers', '/readyz', '/livez'].map(status))).toEqual([503, 503, 200]);
  await turnOff(`${shop}/faults/pool-exhaustion`);
  expect([await status('/customers'), await status('/readyz')]).toEqual([200, 200]);
});

test('event-loop-block: within two seconds some request waits for a block of 700 ms', async () => {
  await turnOn(`${shop}/faults/event-loop-block`, { ms: 700 });
  const waits: number[] = [];
  const end = performance.now() + 2_500;
  while (performance.now() < end) waits.push((await ask('GET', `${shop}/livez`)).millis);
  await turnOff(`${shop}/faults/event-loop-block`);
  expect(Math.max(...waits)).toBeGreaterThan(400);
});

test('leak: 12 requests of 8 MB keep 64 MB and no more', async () => {
  const megabytes = () =>
    Number(execFileSync('ps', ['-o', 'rss=', '-p', String(running.shop.pid)], { encoding: 'utf8' })) / 1024;
  const before = megabytes();
  await turnOn(`${shop}/faults/leak`, { megabytesPerRequest: 8, megabytesMax: 64 });
  for (let request = 0; request < 12; request += 1) await status('/customers?limit=1');
  const grown = megabytes() - before;
  await turnOff(`${shop}/faults/leak`);
  expect(grown).toBeGreaterThan(50);
  expect(grown).toBeLessThan(110);
});

test('payments: errors and latency switch on and off, and only for charges', async () => {
  const charge = (reference: string) =>
    ask('POST', `${payments}/charges`, { reference, amountCents: 100, currency: 'EUR' });
  await turnOn(`${payments}/faults/errors`);
  expect([(await charge('a')).status, (await ask('GET', `${payments}/readyz`)).status]).toEqual([500, 200]);
  await turnOff(`${payments}/faults/errors`);
  await turnOn(`${payments}/faults/latency`, { ms: 300 });
  const slow = await charge('b');
  await turnOff(`${payments}/faults/latency`);
  expect([slow.status, slow.millis >= 300]).toEqual([201, true]);
});

test('payments: a hanging charge is answered as soon as the fault is off', async () => {
  await turnOn(`${payments}/faults/hang`);
  const hanging = ask('POST', `${payments}/charges`, { reference: 'h', amountCents: 100, currency: 'EUR' });
  expect(await Promise.race([hanging.then(() => 'answered'), sleep(700, 'hangs')])).toBe('hangs');
  await turnOff(`${payments}/faults/hang`);
  expect((await hanging).status).toBe(201);
});

test('when every fault is off an order goes through', async () => {
  const active = ((await ask('GET', `${shop}/faults`)).body.faults as { active: unknown }[]).filter(
    (fault) => fault.active !== null,
  );
  expect(active).toEqual([]);
  expect((await order(shop, { customerId: 1, items: [{ productId: 1, quantity: 1 }] })).status).toBe(201);
});
