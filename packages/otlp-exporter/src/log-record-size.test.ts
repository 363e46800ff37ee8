import { expect, test } from '@jest/globals';
import { fitLogRecord, RECORD_BYTES_MAXIMUM, TEXT_MAXIMUM, TOO_LARGE } from './log-record-size.ts';

const record = (body: unknown, attributes: Record<string, unknown> = {}) => ({ body, attributes });

test('a text of 65,536 characters stays, one more is cut', () => {
  const whole = record('x'.repeat(TEXT_MAXIMUM), { stack: 'y'.repeat(TEXT_MAXIMUM) });
  const long = record('x'.repeat(TEXT_MAXIMUM + 1), { stack: 'y'.repeat(10_000_000) });
  expect([fitLogRecord(whole), fitLogRecord(long)].every((bytes) => bytes > 2 * TEXT_MAXIMUM)).toBe(true);
  expect(long).toEqual(whole);
});

test('half of a surrogate pair is not left at the end', () => {
  const cut = record(`${'x'.repeat(TEXT_MAXIMUM - 1)}😀`);
  fitLogRecord(cut);
  expect(cut.body).toBe('x'.repeat(TEXT_MAXIMUM - 1));
});

test('a record of less than 256 KiB is taken, a larger one is not', () => {
  const texts = (count: number) => Array.from({ length: count }, () => 'x'.repeat(60_000));
  expect(fitLogRecord(record(texts(4)))).toBeLessThan(RECORD_BYTES_MAXIMUM);
  expect(fitLogRecord(record(texts(5)))).toBe(TOO_LARGE);
  expect(fitLogRecord(record(new Uint8Array(RECORD_BYTES_MAXIMUM)))).toBe(TOO_LARGE);
});

const cyclic: { self?: object } = {};
cyclic.self = cyclic;
test.each([
  ['without end', cyclic],
  ['of a million values', new Array(1_000_000)],
])('a body %s is too large', (_, body) => {
  expect(fitLogRecord(record(body))).toBe(TOO_LARGE);
});

test('a body that throws when it is looked at is left to the encoder', () => {
  const body = {
    get name() {
      throw new Error('not for you');
    },
  };
  expect(fitLogRecord(record(body))).toBe(RECORD_BYTES_MAXIMUM);
});
