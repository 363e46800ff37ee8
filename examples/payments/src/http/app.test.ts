import { afterEach, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { ChargeBook } from '../charges/charge-book.ts';
import { FaultSwitches } from '../faults/fault-switches.ts';
import { createApp } from './app.ts';

const running: FastifyInstance[] = [];

function app({ faults = false, stopping = false } = {}): FastifyInstance {
  const book = new ChargeBook({ capacity: 10, limitCents: 1_000, newId: () => 'ch_1' });
  const switches = faults ? new FaultSwitches(() => 0) : undefined;
  const created = createApp({ log: pino({ level: 'silent' }), book, switches, isStopping: () => stopping });
  running.push(created);
  return created;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((created) => created.close()));
});

const valid = { reference: 'order-1', amountCents: 500, currency: 'EUR' };

test.each([
  [{ ...valid, amountCents: 0 }, 'body.amountCents'],
  [{ ...valid, amountCents: '500' }, 'body.amountCents'],
  [{ ...valid, currency: 'USD' }, 'body.currency'],
  [{ ...valid, card: '4111' }, 'body'],
  [{}, 'body'],
])('POST /charges refuses %j and names the place', async (payload, at) => {
  const response = await app().inject({ method: 'POST', url: '/charges', payload });
  expect(response.statusCode).toBe(400);
  expect(response.json().errors[0].at).toBe(at);
});

test('a charge is 201, the same again 200, another amount 409, over the limit 402', async () => {
  const payments = app();
  const post = async (payload: object) =>
    (await payments.inject({ method: 'POST', url: '/charges', payload })).statusCode;
  expect(await post(valid)).toBe(201);
  expect(await post(valid)).toBe(200);
  expect(await post({ ...valid, amountCents: 501 })).toBe(409);
  expect(await post({ ...valid, reference: 'order-2', amountCents: 1_001 })).toBe(402);
});

test('GET /charges/:id finds what was charged and says 404 for the rest', async () => {
  const payments = app();
  await payments.inject({ method: 'POST', url: '/charges', payload: valid });
  expect((await payments.inject('/charges/ch_1')).json()).toMatchObject(valid);
  expect((await payments.inject('/charges/ch_2')).statusCode).toBe(404);
});

test('the errors fault fails charges and nothing else', async () => {
  const payments = app({ faults: true });
  await payments.inject({ method: 'PUT', url: '/faults/errors', payload: { ratio: 1 } });
  expect((await payments.inject({ method: 'POST', url: '/charges', payload: valid })).statusCode).toBe(500);
  expect((await payments.inject('/livez')).statusCode).toBe(200);
  expect((await payments.inject({ method: 'DELETE', url: '/faults/errors' })).statusCode).toBe(204);
  expect((await payments.inject({ method: 'POST', url: '/charges', payload: valid })).statusCode).toBe(201);
});

test('without faults there is no route to switch one on', async () => {
  expect((await app().inject({ method: 'PUT', url: '/faults/errors', payload: {} })).statusCode).toBe(404);
});

test('while stopping it is alive and not ready', async () => {
  const payments = app({ stopping: true });
  expect((await payments.inject('/livez')).statusCode).toBe(200);
  expect((await payments.inject('/readyz')).statusCode).toBe(503);
});
