import { expect, test } from '@jest/globals';
import { outcomeOf } from './payments-client.ts';

test.each([400, 409, 500, 503])('status %i is an error of the payments service, whatever its body says', (status) => {
  expect(outcomeOf(status, { id: 'ch_1' })).toEqual({ status: 'unavailable', reason: 'error-response' });
});

test.each([null, 'text', {}, { id: 7 }])('201 with %j cannot be read', (body) => {
  expect(outcomeOf(201, body)).toEqual({ status: 'unavailable', reason: 'unreadable-response' });
});

test('402 is a decline with its reason', () => {
  expect(outcomeOf(402, { reason: 'over-limit' })).toEqual({ status: 'declined', reason: 'over-limit' });
});

test('200 and 201 are both a captured charge: the same reference is charged once', () => {
  expect(outcomeOf(200, { id: 'ch_1' })).toEqual({ status: 'captured', chargeId: 'ch_1' });
  expect(outcomeOf(201, { id: 'ch_1' })).toEqual({ status: 'captured', chargeId: 'ch_1' });
});
