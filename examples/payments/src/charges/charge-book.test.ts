import { expect, test } from '@jest/globals';
import { ChargeBook } from './charge-book.ts';

function book(capacity = 2) {
  let last = 0;
  return new ChargeBook({
    capacity,
    limitCents: 1_000,
    newId: () => {
      last += 1;
      return `ch_${last}`;
    },
  });
}

const charge = (reference: string, amountCents = 100) => ({ reference, amountCents, currency: 'EUR' });

test('1001 cents of 1000 are declined, 1000 are captured', () => {
  expect(book().charge(charge('a', 1_001))).toMatchObject({ charge: { status: 'declined', reason: 'over-limit' } });
  expect(book().charge(charge('a', 1_000))).toMatchObject({ charge: { status: 'captured', reason: null } });
});

test('the same reference is charged once', () => {
  const charges = book();
  charges.charge(charge('a'));
  expect(charges.charge(charge('a'))).toMatchObject({ status: 'repeated', charge: { id: 'ch_1' } });
});

test('the same reference with another amount is refused', () => {
  const charges = book();
  charges.charge(charge('a', 100));
  expect(charges.charge(charge('a', 101))).toEqual({ status: 'reference-reused' });
});

test('the third of two forgets the first and its reference', () => {
  const charges = book(2);
  for (const reference of ['a', 'b', 'c']) charges.charge(charge(reference));
  expect(charges.find('ch_1')).toBeUndefined();
  expect(charges.find('ch_3')).toMatchObject({ reference: 'c' });
  expect(charges.charge(charge('a'))).toMatchObject({ status: 'created', charge: { id: 'ch_4' } });
});
