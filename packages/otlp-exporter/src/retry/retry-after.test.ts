import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRetryAfter } from './retry-after.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');

test.each([
  ['0', 0],
  ['7', 7_000],
  [' 7 ', 7_000],
  ['300', 300_000],
  ['301', 300_000],
  ['99999999999', 300_000],
  ['999999999999999', 300_000],
  ['7, 9', 9_000],
  ['soon, 9', 9_000],
  ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
  ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
  ['Sun, 22 Nov 2099 09:00:00 GMT', 300_000],
  ['Sunday, 22-Nov-26 10:00:30 GMT', 30_000],
  ['Sun Nov 22 10:00:30 2026', 30_000],
])('%p is %p ms', (value, millis) => {
  expect(parseRetryAfter(value, NOW)).toBe(millis);
});

test.each([
  undefined,
  '',
  ' ',
  '-5',
  '+5',
  '1.5',
  '1e3',
  '1e12',
  '0x10',
  'soon',
  'NaN',
  'Infinity',
  '٣',
  '5 s',
  'Sun',
  '2026-11-22',
  'Sun, 99 Nov 2026 10:00:30 GMT',
  '9'.repeat(16),
  '9'.repeat(10_000),
  `Sun, ${'1'.repeat(50)}`,
  'tomorrow 5',
])('%p says nothing', (value) => {
  expect(parseRetryAfter(value, NOW)).toBe(undefined);
});

test('what is not a string says nothing, whatever a transport hands over', () => {
  for (const value of [5, null, ['5'], {}, Symbol('5')]) expect(parseRetryAfter(value as never, NOW)).toBe(undefined);
});

test('any value, at any time of the wall clock, is absent or a finite wait from 0 to 300,000 ms (100,000 inputs)', () => {
  const value = fc.oneof(
    fc.string({ maxLength: 70 }),
    fc.string({ unit: fc.constantFrom(...'0123456789-+.eE, :GMTSunNov'), maxLength: 40 }),
    fc.double().map(String),
    fc.integer().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    fc
      .array(
        fc.oneof(
          fc.integer().map(String),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        { maxLength: 3 },
      )
      .map((all) => all.join(', ')),
  );
  const clock = fc.oneof(fc.integer(), fc.double(), fc.constant(NOW), fc.constant(Number.NaN), fc.constant(-(2 ** 60)));
  fc.assert(
    fc.property(value, clock, (text, epochMillis) => {
      const millis = parseRetryAfter(text, epochMillis);
      return millis === undefined || (millis >= 0 && millis <= 300_000);
    }),
    { numRuns: 100_000 },
  );
});
