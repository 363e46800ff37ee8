import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyText, plainSpan } from '../../test/arbitrary-span.ts';
import { decodeSpan } from '../../test/otlp-decoder.ts';
import { createSpanEncoder } from './span-encoder.ts';

const encoder = createSpanEncoder();
const target = new Uint8Array(20_000);

function nameOf(name: string): string {
  return decodeSpan(target.subarray(0, encoder.encode({ ...plainSpan, name }, target, 0, target.length))).name;
}

test('a name is the same the first, second and third time, whatever names share its place', () => {
  fc.assert(
    fc.property(fc.array(anyText, { minLength: 1, maxLength: 20 }), (texts) => {
      const names = texts.map((text) => text.slice(0, 1_024));
      for (const name of [...names, ...names, ...names.toReversed(), ...names]) {
        expect(nameOf(name)).toBe(name.toWellFormed());
      }
    }),
    { numRuns: 200 },
  );
});

test.each([63, 64, 65, 127, 128])('a name of %i characters of three bytes is whole each time', (length) => {
  const name = '漢'.repeat(length);
  for (let i = 0; i < 4; i++) expect(nameOf(name)).toBe(name);
});
