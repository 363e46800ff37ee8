import { expect, test } from '@jest/globals';
import { DrizzleQueryError } from 'drizzle-orm';
import { describeError } from '../log/logger.ts';
import { isDatabaseUnavailable, isUniqueViolation, toDatabaseFailure } from './database-failure.ts';

const ADDRESS = 'person@example.com';

function queryError(cause: Error): DrizzleQueryError {
  return new DrizzleQueryError('insert into "customers" ("email") values ($1)', [ADDRESS], cause);
}

test('a failed query keeps its code and table and loses its parameters', () => {
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: `Key (email)=(${ADDRESS}) already exists.`,
  });
  const failure = toDatabaseFailure(queryError(cause));
  expect(failure).toMatchObject({
    name: 'DatabaseFailure',
    code: '23505',
    message: 'query failed: insert customers (23505)',
  });
  expect(isUniqueViolation(queryError(cause))).toBe(true);
  expect(JSON.stringify(describeError(failure))).not.toContain(ADDRESS);
});

test('a log line of an error holds none of the fields a driver added', () => {
  const error = Object.assign(new Error('x'), { detail: ADDRESS, params: [ADDRESS] });
  expect(JSON.stringify(describeError(error))).not.toContain(ADDRESS);
});

test.each([
  [new Error('timeout exceeded when trying to connect'), 'pool_timeout'],
  [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'connection'],
  [Object.assign(new Error('terminating connection'), { code: '57P01' }), '57P01'],
])('%s is a database that is unavailable (%#)', (cause, code) => {
  const failure = toDatabaseFailure(queryError(cause));
  expect(failure).toMatchObject({ code });
  expect(isDatabaseUnavailable(failure)).toBe(true);
});

test('other errors stay what they are', () => {
  const error = new TypeError('x');
  expect(toDatabaseFailure(error)).toBe(error);
});
