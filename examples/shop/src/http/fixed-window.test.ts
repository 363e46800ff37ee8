import { expect, test } from '@jest/globals';
import { judge, windowAt } from './fixed-window.ts';

test('request 6 of 5 is limited, request 5 is the last one allowed', () => {
  expect(judge(6, 5)).toEqual({ status: 'limited', remaining: 0 });
  expect(judge(5, 5)).toEqual({ status: 'allowed', remaining: 0 });
  expect(judge(1, 5)).toEqual({ status: 'allowed', remaining: 4 });
});

test('the last millisecond belongs to the old window, the next one to the new', () => {
  expect(windowAt(59_999, 60)).toEqual({ index: 0, resetSeconds: 1 });
  expect(windowAt(60_000, 60)).toEqual({ index: 1, resetSeconds: 60 });
});

test('the reset is rounded up, so that waiting that long is enough', () => {
  expect(windowAt(58_001, 60).resetSeconds).toBe(2);
});
