import { expect, test } from '@jest/globals';
import { openLookup } from './name-system.ts';

test.each(['linux', 'darwin'] as const)('localhost is found on %s, whatever name servers do', async (platform) => {
  const lookup = openLookup(platform);
  const addresses = await new Promise((resolve, reject) => {
    lookup('localhost', { family: 4 }, (error, address) => (error === null ? resolve(address) : reject(error)));
  });
  expect(addresses).toBe('127.0.0.1');
});
