import { expect, jest, test } from '@jest/globals';
import type { Request, Response } from 'express';
import { rateLimit } from './rate-limit.ts';

type Redis = Parameters<typeof rateLimit>[0]['redis'];

function fakeRedis(exec: () => Promise<[Error | null, unknown][]>): Redis {
  const chain = { incr: () => chain, expire: () => chain, exec };
  return { multi: () => chain } as unknown as Redis;
}

async function pass(redis: Redis, limit: number) {
  const headers: Record<string, string> = {};
  const response = {
    statusCode: 200,
    set(name: string | Record<string, string>, value?: string) {
      Object.assign(headers, typeof name === 'string' ? { [name]: value } : name);
      return response;
    },
    status(code: number) {
      response.statusCode = code;
      return response;
    },
    json: jest.fn(),
  };
  const next = jest.fn();
  const middleware = rateLimit({ redis, limit, windowSeconds: 60, epochMillis: () => 30_000 });
  await middleware({ ip: '127.0.0.1' } as Request, response as unknown as Response, next);
  return { passed: next.mock.calls.length === 1, status: response.statusCode, headers };
}

test('one past the limit gets 429 and how long to wait', async () => {
  const outcome = await pass(
    fakeRedis(async () => [
      [null, 4],
      [null, 1],
    ]),
    3,
  );
  expect(outcome).toMatchObject({
    passed: false,
    status: 429,
    headers: { 'Retry-After': '30', 'RateLimit-Remaining': '0' },
  });
});

test('the request at the limit passes with none left', async () => {
  const outcome = await pass(
    fakeRedis(async () => [
      [null, 3],
      [null, 1],
    ]),
    3,
  );
  expect(outcome).toMatchObject({
    passed: true,
    headers: { 'RateLimit-Limit': '3', 'RateLimit-Remaining': '0', 'RateLimit-Reset': '30' },
  });
});

test('everything passes while Redis is away', async () => {
  const outcome = await pass(
    fakeRedis(() => Promise.reject(new Error('connection is closed'))),
    1,
  );
  expect(outcome).toEqual({ passed: true, status: 200, headers: {} });
});

test('a limit of 0 means none and asks nothing of Redis', async () => {
  const exec = jest.fn(async () => [] as [Error | null, unknown][]);
  expect((await pass(fakeRedis(exec), 0)).passed).toBe(true);
  expect(exec).not.toHaveBeenCalled();
});
