import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainSpan } from '../../test/arbitrary-span.ts';
import { createSpanEncoder } from './span-encoder.ts';

const encoder = createSpanEncoder();
const target = new Uint8Array(1_000);
const bytesOf = (record: object): Buffer =>
  Buffer.from(target.subarray(0, encoder.encode({ ...plainSpan, ...record }, target, 0, target.length)));

const word = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.constantFrom(0, -1, 1, -(2 ** 31)));
const digits = (...words: number[]) => words.map((one) => (one >>> 0).toString(16).padStart(8, '0')).join('');

test('ids as words are the same bytes as their digits; no parent is none; words of zero leave it to the digits', () => {
  fc.assert(
    fc.property(fc.tuple(word, word, word, word), word, word, word, word, (words, high, low, parentHigh, parentLow) => {
      const [word0, word1, word2, word3] = words;
      const parentSpanId = parentHigh === 0 && parentLow === 0 ? '' : digits(parentHigh, parentLow);
      const texts = { traceId: digits(...words), spanId: digits(high, low), parentSpanId };
      const numbers = { trace: { word0, word1, word2, word3 }, spanHigh: high, spanLow: low, parentHigh, parentLow };
      expect(bytesOf({ ...texts, ...numbers })).toEqual(bytesOf(texts));
      if ((high | low) === 0 || words.every((one) => one === 0)) return;
      expect(bytesOf({ ...numbers, traceId: 'no', spanId: 'no', parentSpanId: 'no' })).toEqual(bytesOf(texts));
    }),
    { numRuns: 2_000 },
  );
});
