import { expect, test } from '@jest/globals';
import { readShopEnvironment } from './shop-environment.ts';

const NEEDED = {
  DATABASE_URL: 'postgres://shop@127.0.0.1:5432/shop',
  REDIS_URL: 'redis://127.0.0.1:6379',
  PAYMENTS_URL: 'http://127.0.0.1:8081',
};

test('an empty environment names all three missing URLs at once', () => {
  const read = readShopEnvironment({});
  expect(read).toEqual({
    status: 'invalid',
    problems: [
      'DATABASE_URL: expected a URL that starts with postgres:// or postgresql://, got nothing',
      'REDIS_URL: expected a URL that starts with redis:// or rediss://, got nothing',
      'PAYMENTS_URL: expected a URL that starts with http:// or https://, got nothing',
    ],
  });
});

test('a wrong database URL is refused without repeating its password', () => {
  const read = readShopEnvironment({ ...NEEDED, DATABASE_URL: 'mysql://shop:hunter2@db/shop' });
  expect(read).toEqual({
    status: 'invalid',
    problems: [
      'DATABASE_URL: expected a URL that starts with postgres:// or postgresql://, got one that starts with mysql:',
    ],
  });
});

test.each([
  ['SHOP_PORT', '65536', 'SHOP_PORT: expected a whole number from 0 to 65535, got "65536"'],
  ['SHOP_PORT', '-1', 'SHOP_PORT: expected a whole number from 0 to 65535, got "-1"'],
  ['SHOP_POOL_SIZE', '0', 'SHOP_POOL_SIZE: expected a whole number from 1 to 100, got "0"'],
  ['SHOP_FAULTS', 'yes', 'SHOP_FAULTS: expected true, false, got "yes"'],
])('%s=%s is refused with what was expected', (name, value, problem) => {
  expect(readShopEnvironment({ ...NEEDED, [name]: value })).toEqual({ status: 'invalid', problems: [problem] });
});

test('the three URLs are enough: loopback, port 8080, no faults', () => {
  const read = readShopEnvironment(NEEDED);
  expect(read.status === 'ok' && read.configuration).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    faults: false,
    rateLimit: 6_000,
  });
});

test('65535 is a port and a rate limit of 0 is allowed', () => {
  const read = readShopEnvironment({ ...NEEDED, SHOP_PORT: '65535', SHOP_RATE_LIMIT: '0' });
  expect(read.status === 'ok' && read.configuration).toMatchObject({ port: 65_535, rateLimit: 0 });
});
