import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { cleanAttributes, cleanSimpleAttributes } from '@opentelemetry/core';
import fc from 'fast-check';
import { ANY_VALUE, attributeList, attributesObject, SIMPLE_VALUE } from '../src/attribute-list.ts';
import { tameValue } from './hostile-value.ts';

const seed = Number(Date.now() % 2 ** 31);

test('20,000 attributes of every type: kept, cut and dropped as by the SDK', () => {
  const dictionary = fc.dictionary(fc.string({ maxLength: 3 }), tameValue, { maxKeys: 4 });
  fc.assert(
    fc.property(dictionary, fc.constantFrom(1, 5, Number.POSITIVE_INFINITY), (source, attributeValueLengthLimit) => {
      for (const [theirs, ours] of [
        [cleanAttributes, ANY_VALUE],
        [cleanSimpleAttributes, SIMPLE_VALUE],
      ] as const) {
        const sdk = theirs(source as never, { attributeCountLimit: 3, attributeValueLengthLimit });
        const list = attributeList(source, 3, attributeValueLengthLimit, ours);
        expect(list.droppedAttributesCount).toBe(sdk.droppedAttributesCount);
        expect(shown(attributesObject(list.attributes))).toBe(shown(sdk.attributes));
      }
    }),
    { numRuns: 20_000, seed },
  );
}, 60_000);

/** A value as text: without lone surrogates, which a cut of the SDK leaves and ours does not, and with gaps as undefined. */
function shown(value: unknown): string {
  return inspect(value, { depth: 20, maxArrayLength: null })
    .replaceAll(/\\u[dD][89abAB]../g, '')
    .replaceAll(/<(\d+) empty items?>/g, (_, count: string) => Array(Number(count)).fill('undefined').join(', '))
    .replaceAll(/\s+/g, ' ');
}
