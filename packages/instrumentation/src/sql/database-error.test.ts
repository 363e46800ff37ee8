import { expect, test } from '@jest/globals';
import { readDatabaseError } from './database-error.ts';

const CANARY = 'canary7391';
const withFields = (fields: object) => Object.assign(new Error(CANARY), fields);

test.each([
  [{ code: '23505' }, 'integrity_constraint_violation', '23505', false],
  [{ code: '57P01' }, 'operator_intervention', '57P01', true],
  [{ code: '53300' }, 'insufficient_resources', '53300', true],
  [{ code: '28P01' }, 'invalid_authorization_specification', '28P01', true],
  [{ code: 'ECONNREFUSED' }, 'ECONNREFUSED', undefined, true],
  [{ code: 'CONNECTION_CLOSED' }, 'CONNECTION_CLOSED', undefined, true],
  [{ code: 'SQLITE_CONSTRAINT_UNIQUE' }, 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_UNIQUE', false],
  [{ code: 'ER_DUP_ENTRY', errno: 1062, sqlState: '23000' }, 'integrity_constraint_violation', '1062', false],
  [{ code: 'QQ123' }, 'Error', undefined, false],
  [{ code: `SELECT '${CANARY}'` }, 'Error', undefined, false],
])('%j is %s', (fields, type, statusCode, isConnectionError) => {
  expect(readDatabaseError(withFields(fields))).toEqual({ type, statusCode, isConnectionError });
});

test('the cause of a wrapper counts, to the fourth', () => {
  const wrapped = withFields({ cause: withFields({ cause: withFields({ code: '40001' }) }) });
  expect(readDatabaseError(wrapped).type).toBe('transaction_rollback');
});

test('no text of an error comes out, and nothing that is thrown is thrown on', () => {
  const hostile = {
    get code() {
      throw new Error(CANARY);
    },
  };
  const named = Object.assign(new Error(CANARY), { name: CANARY });
  for (const error of [hostile, CANARY, named, { message: CANARY }, null, undefined, 7]) {
    expect(JSON.stringify(readDatabaseError(error))).not.toContain(CANARY);
  }
});
