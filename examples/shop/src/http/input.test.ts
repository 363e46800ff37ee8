import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { checked, id } from './input.ts';

const schema = z.strictObject({ quantity: z.number().int().min(1), name: z.string() });

test('every problem is named with its place', () => {
  const result = checked(schema, 'body', { quantity: 0, name: 7, extra: true });
  expect(result.ok === false && result.reply).toMatchObject({
    status: 400,
    body: { title: 'The request is not valid', errors: [{ at: 'body.quantity' }, { at: 'body.name' }, { at: 'body' }] },
    headers: { 'content-type': 'application/problem+json' },
  });
});

test('a missing body is an empty one, not a crash', () => {
  expect(checked(schema, 'body', undefined).ok).toBe(false);
  expect(checked(z.strictObject({}), 'body', undefined)).toEqual({ ok: true, value: {} });
});

test.each(['0', '-1', '1.5', 'abc', '2147483648', ''])('"%s" is no id', (text) => {
  expect(checked(id, 'path.id', text).ok).toBe(false);
});

test('1 and 2147483647 are ids', () => {
  expect(checked(id, 'path.id', '1')).toEqual({ ok: true, value: 1 });
  expect(checked(id, 'path.id', '2147483647')).toEqual({ ok: true, value: 2_147_483_647 });
});
