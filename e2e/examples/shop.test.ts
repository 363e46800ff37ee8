import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../stack/eventually.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';
import { type RunningShop, startShop } from './running-shop.ts';
import { ask, listener, newProduct, nextKey, order, stockOf } from './shop-client.ts';

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

test.each([
  ['GET', '/products/abc', undefined, 'path.id'],
  ['GET', '/products?limit=101', undefined, 'query.limit'],
  ['POST', '/orders', { customerId: 1, items: [] }, 'body.items'],
  ['POST', '/orders', { customerId: 1, items: [{ productId: 1, quantity: 21 }] }, 'body.items.0.quantity'],
  ['POST', '/customers', { name: 'A', email: 'nobody' }, 'body.email'],
  ['PUT', '/customers/1/cart/items/1', { quantity: 0 }, 'body.quantity'],
])('%s %s with %j is 400 and names %s', async (method, path, body, at) => {
  const answer = await ask(method, shop + path, body, { 'idempotency-key': nextKey() });
  expect(answer.status).toBe(400);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body.errors).toEqual([expect.objectContaining({ at })]);
});

test('an order without an Idempotency-Key, broken JSON, 17 KiB of it and an unknown route get 400, 400, 413 and 404', async () => {
  const json = { 'content-type': 'application/json' };
  expect((await ask('POST', `${shop}/orders`, { customerId: 1 })).status).toBe(400);
  expect((await ask('POST', `${shop}/orders`, '{', json)).status).toBe(400);
  expect((await ask('POST', `${shop}/orders`, { name: 'x'.repeat(17 * 1024) })).status).toBe(413);
  expect((await ask('GET', `${shop}/nothing`)).status).toBe(404);
});

test('an order is placed, paid and shipped, its customer hears and acknowledges all three, others hear nothing', async () => {
  const productId = await newProduct(shop, { stock: 10 });
  const own = await listener(shop, 1);
  const other = await listener(shop, 2);
  const placed = await order(shop, { customerId: 1, items: [{ productId, quantity: 3 }] });
  expect(placed.status).toBe(201);
  expect(placed.body).toMatchObject({ status: 'paid', totalCents: 1_500, failure: null });
  const orderId = placed.body.id;

  expect(await own.socket.timeout(30_000).emitWithAck('order:follow', { orderId })).toMatchObject({
    ok: true,
    order: { orderId, status: 'paid' },
  });
  expect(await other.socket.timeout(30_000).emitWithAck('order:follow', { orderId })).toEqual({
    ok: false,
    problem: 'no such order',
  });
  expect(await own.socket.timeout(30_000).emitWithAck('order:follow', 'nonsense')).toEqual({
    ok: false,
    problem: 'expected { orderId: uuid }',
  });

  await eventually('three events', WORST_CASE_MILLIS.answered, async () => (own.heard.length >= 3 ? true : undefined));
  expect(own.heard).toEqual([
    { event: 'order:created', orderId, status: 'pending' },
    { event: 'order:paid', orderId, status: 'paid' },
    { event: 'order:shipped', orderId, status: 'shipped' },
  ]);
  expect(other.heard).toEqual([]);
  expect((await ask('GET', `${shop}/orders/${orderId}`)).body).toMatchObject({
    status: 'shipped',
    items: [{ quantity: 3, unitPriceCents: 500, product: { id: productId, name: 'Test blend' } }],
  });
  own.socket.disconnect();
  other.socket.disconnect();
});

test.each([[undefined], ['1'], [999_999]])(
  'a socket that says it is customer %j is turned away',
  async (customerId) => {
    await expect(listener(shop, customerId)).rejects.toThrow('unauthorized');
  },
);

test('a product is read from the cache the second time, and anew after an order took from its stock', async () => {
  const productId = await newProduct(shop, { stock: 5 });
  const read = () => ask('GET', `${shop}/products/${productId}`);
  expect((await read()).headers.get('x-cache')).toBe('miss');
  expect((await read()).headers.get('x-cache')).toBe('hit');
  await order(shop, { customerId: 1, items: [{ productId, quantity: 2 }] });
  const after = await read();
  expect([after.headers.get('x-cache'), after.body.stock]).toEqual(['miss', 3]);
});

test('a list is paged by its last id and comes from the cache the second time', async () => {
  const first = await ask('GET', `${shop}/products?category=tea&limit=5`);
  const second = await ask('GET', `${shop}/products?category=tea&limit=5&after=${first.body.next}`);
  expect((first.body.products as { id: number }[]).length).toBe(5);
  expect([(second.body.products as { id: number }[]).length, second.body.next]).toEqual([3, null]);
  expect((await ask('GET', `${shop}/products?category=tea&limit=5`)).headers.get('x-cache')).toBe('hit');
});

test('ten orders at once with one key are one order and take the stock once', async () => {
  const productId = await newProduct(shop, { stock: 10 });
  const key = nextKey();
  const wish = { customerId: 3, items: [{ productId, quantity: 1 }] };
  const answers = await Promise.all(Array.from({ length: 10 }, () => order(shop, wish, key)));
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
  expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(9).fill(200), 201]);
  expect(await stockOf(shop, productId)).toBe(9);
  const again = await order(shop, wish, key);
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
  expect((await order(shop, { ...wish, items: [{ productId, quantity: 2 }] }, key)).status).toBe(409);
});

test('three of two in stock is 409 with what there is; of two orders for both only one gets them', async () => {
  const productId = await newProduct(shop, { stock: 2 });
  const tooMany = await order(shop, { customerId: 1, items: [{ productId, quantity: 3 }] });
  expect([tooMany.status, tooMany.body]).toEqual([
    409,
    expect.objectContaining({ productId, wanted: 3, available: 2 }),
  ]);
  const both = { customerId: 1, items: [{ productId, quantity: 2 }] };
  const answers = await Promise.all([order(shop, both), order(shop, both)]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409]);
  expect(await stockOf(shop, productId)).toBe(0);
});

test('orders that lock the same products in opposite order do not block each other', async () => {
  const [a, b] = [await newProduct(shop, { stock: 100 }), await newProduct(shop, { stock: 100 })];
  const lines = [
    { productId: a, quantity: 1 },
    { productId: b, quantity: 1 },
  ];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      order(shop, { customerId: 4, items: at % 2 === 0 ? lines : lines.toReversed() }),
    ),
  );
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
  expect([await stockOf(shop, a), await stockOf(shop, b)]).toEqual([80, 80]);
});

test('a cart is filled, ordered without items in the body, and empty after that', async () => {
  const productId = await newProduct(shop, { stock: 10, priceCents: 250 });
  const cart = `${shop}/customers/5/cart`;
  expect((await ask('PUT', `${cart}/items/${productId}`, { quantity: 1 })).status).toBe(200);
  expect((await ask('PUT', `${cart}/items/${productId}`, { quantity: 4 })).body).toMatchObject({ totalCents: 1_000 });
  expect((await ask('PUT', `${cart}/items/999999`, { quantity: 1 })).status).toBe(404);
  const placed = await order(shop, { customerId: 5 });
  expect([placed.status, placed.body.totalCents]).toEqual([201, 1_000]);
  expect((await ask('GET', cart)).body.items).toEqual([]);
  expect((await order(shop, { customerId: 5 })).status).toBe(409);
});

test('failing payments are 502: the order failed, its customer hears so and the stock is back', async () => {
  const productId = await newProduct(shop, { stock: 4 });
  const { socket, heard } = await listener(shop, 6);
  await ask('PUT', `${payments}/faults/errors`, { ratio: 1, ttlSeconds: 60 });
  const failed = await order(shop, { customerId: 6, items: [{ productId, quantity: 4 }] });
  await ask('DELETE', `${payments}/faults/errors`);
  expect([failed.status, failed.body.reason]).toEqual([502, 'error-response']);
  expect((await ask('GET', `${shop}/orders/${failed.body.orderId}`)).body).toMatchObject({
    status: 'failed',
    failure: 'error-response',
  });
  await eventually('two events', WORST_CASE_MILLIS.answered, async () => (heard.length >= 2 ? true : undefined));
  expect(heard.map(({ event }) => event)).toEqual(['order:created', 'order:failed']);
  expect(await stockOf(shop, productId)).toBe(4);
  socket.disconnect();
});

test('hanging payments are 502 after the shop’s own second, not after theirs', async () => {
  const productId = await newProduct(shop, { stock: 4 });
  await ask('PUT', `${payments}/faults/hang`, { ttlSeconds: 60 });
  const failed = await order(shop, { customerId: 6, items: [{ productId, quantity: 1 }] });
  await ask('DELETE', `${payments}/faults/hang`);
  expect([failed.status, failed.body.reason]).toEqual([502, 'timeout']);
  expect(failed.millis).toBeLessThan(30_000);
});

test('a charge over the limit is declined with 402', async () => {
  const productId = await newProduct(shop, { stock: 4, priceCents: 1_000_000 });
  const declined = await order(shop, { customerId: 6, items: [{ productId, quantity: 2 }] });
  expect([declined.status, declined.body.reason]).toEqual([402, 'over-limit']);
});

test('logs are JSON lines without an address or a name of a customer', async () => {
  await ask('POST', `${shop}/customers`, { name: 'Nelly Nobody', email: 'nelly.nobody@example.com' });
  expect(
    (await ask('POST', `${shop}/customers`, { name: 'Nelly Nobody', email: 'nelly.nobody@example.com' })).status,
  ).toBe(409);
  await ask('GET', `${shop}/customers/1`);
  expect(running.shop.logLines.length).toBeGreaterThan(20);
  expect(running.shop.stdout).not.toMatch(/example\.com|Nobody|Example customer/);
  const line = expect.objectContaining({ method: 'GET', route: '/customers/:id', status: 200 });
  await eventually(
    'the line of the last request',
    WORST_CASE_MILLIS.answered,
    async () => expect(running.shop.logLines).toContainEqual(line) ?? true,
  );
});
