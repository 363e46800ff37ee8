import { expect, test } from '@jest/globals';
import { HeapLeak } from './heap-leak.ts';

test('a leak stops growing at its maximum and is gone after release', () => {
  const leak = new HeapLeak();
  for (let request = 0; request < 10; request += 1) leak.grow({ megabytesPerRequest: 0.25, megabytesMax: 1 });
  expect(leak.megabytes).toBe(1);
  leak.release();
  expect(leak.megabytes).toBe(0);
});
