import { expect, test } from '@jest/globals';
import { duration, secondsSince } from './stack-status.ts';

test('59 seconds are seconds, 60 are a minute, a day ends the hours', () => {
  expect([59, 60, 3_599, 3_600, 86_399, 86_400].map(duration)).toEqual([
    '59s',
    '1m 00s',
    '59m 59s',
    '1h 00m',
    '23h 59m',
    '1d 00h',
  ]);
});

test('a clock set back is an uptime of 0, not a negative one', () => {
  expect(secondsSince('2026-01-01T00:00:10Z', new Date('2026-01-01T00:00:00Z'))).toBe(0);
  expect(secondsSince('2026-01-01T00:00:00Z', new Date('2026-01-01T00:00:01.9Z'))).toBe(1);
});
