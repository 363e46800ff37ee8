import { expect, test } from '@jest/globals';
import { DatabaseFailure } from '../database/database-failure.ts';
import { replyTo } from './error-handler.ts';

test('an unknown error is a 500 that says nothing of its message', () => {
  const reply = replyTo(new Error('password=hunter2'));
  expect(reply.status).toBe(500);
  expect(JSON.stringify(reply)).not.toContain('hunter2');
});

test('an exhausted pool is a 503 with Retry-After, a failed query is a 500', () => {
  expect(replyTo(new DatabaseFailure('pool_timeout', 'x'))).toMatchObject({
    status: 503,
    headers: { 'retry-after': '1' },
  });
  expect(replyTo(new DatabaseFailure('42P01', 'x')).status).toBe(500);
});

test.each([
  ['entity.parse.failed', 400, 'The body is not valid JSON'],
  ['entity.too.large', 413, 'The body is larger than 16 KiB'],
])('%s is the client’s fault: %i', (type, status, title) => {
  expect(replyTo(Object.assign(new Error('x'), { type, status }))).toMatchObject({ status, body: { title } });
});
