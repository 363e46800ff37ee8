import { expect, test } from '@jest/globals';
import { readPagerEnvironment } from './pager-environment.ts';

test.each(['65536', '-1', 'x', '1.5'])('PAGER_PORT=%s is refused', (port) => {
  expect(readPagerEnvironment({ PAGER_PORT: port })).toEqual({
    status: 'invalid',
    problem: `PAGER_PORT: expected a whole number from 0 to 65535, got "${port}"`,
  });
});

test('an empty environment is 127.0.0.1:9095', () => {
  expect(readPagerEnvironment({})).toEqual({
    status: 'ok',
    configuration: { host: '127.0.0.1', port: 9095, forceColours: false },
  });
});
