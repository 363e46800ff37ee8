import { expect, test } from '@jest/globals';
import { resolveRedisOptions } from './options.ts';

test('by default there is no root span, no argument, INFO every 30 s and no key count', () => {
  expect(resolveRedisOptions({})).toEqual({
    spansWithoutParent: false,
    recordedArguments: 0,
    serverInfoIntervalMillis: 30_000,
    serverInfoTimeoutMillis: 5_000,
    keyGroups: [],
  });
});

test('every wrong option is named at once', () => {
  const wrong = { recordedArguments: -1, serverInfoIntervalMillis: 999, serverInfoTimeoutMillis: 0 };
  expect(() => resolveRedisOptions(wrong)).toThrow(
    /recordedArguments: .*got -1; serverInfoIntervalMillis: .*got 999; serverInfoTimeoutMillis: .*got 0/,
  );
});

test('0 switches INFO off; 11 key groups and two of one name are refused', () => {
  expect(resolveRedisOptions({ serverInfoIntervalMillis: 0 }).serverInfoIntervalMillis).toBe(0);
  const groups = Array.from({ length: 11 }, (_, index) => ({ name: `g${index}`, match: '*' }));
  expect(() => resolveRedisOptions({ keyGroups: groups })).toThrow(/at most 10, got 11/);
  expect(() => resolveRedisOptions({ keyGroups: [groups[0], groups[0]] as never })).toThrow(/name of its own/);
});
