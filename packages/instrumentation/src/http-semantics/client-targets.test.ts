import { expect, test } from '@jest/globals';
import { ClientTargets } from './client-targets.ts';

test('one address has 32 ports, whoever chooses them: those beyond are measured without one', () => {
  const targets = new ClientTargets(undefined);
  const ports = Array.from({ length: 100 }, (_, index) => {
    const address = { scheme: 'http', address: 'orders', port: index + 1 };
    return targets.add('GET', `http://orders:${index + 1}`, address).port;
  });
  expect(ports.filter((port) => port !== undefined)).toHaveLength(32);
  const again = { scheme: 'http', address: 'orders', port: 1 };
  expect(targets.add('POST', 'http://orders:1', again).port).toBe(1);
  expect(targets.add('GET', 'http://other:99', { ...again, address: 'other', port: 99 }).port).toBe(99);
});
