import { expect, test } from '@jest/globals';
import { answered, failed } from '../../test/scripted-transport.ts';
import { verdictOf } from './verdict.ts';

test.each([200, 202, 204, 299])('%p stands as accepted', (status) => {
  expect(verdictOf(answered(status))).toEqual({ kind: 'accepted' });
});

test.each([
  [429, '429'],
  [502, '5xx'],
  [503, '5xx'],
  [504, '5xx'],
])('%p is tried again and its Retry-After kept', (status, reason) => {
  expect(verdictOf(answered(status, '7'))).toEqual({ kind: 'retry', reason, retryAfter: '7' });
});

test.each([
  [400, '4xx', 'neutral'],
  [418, '4xx', 'neutral'],
  [500, '5xx', 'failure'],
  [501, '5xx', 'failure'],
  [100, 'bad_response', 'failure'],
  [600, 'bad_response', 'failure'],
  [Number.NaN, 'bad_response', 'failure'],
])('%p is never tried again', (status, reason, breaker) => {
  expect(verdictOf(answered(status))).toEqual({ kind: 'refused', reason, breaker });
});

test.each([
  [301, '3xx'],
  [307, '3xx'],
  [401, '401'],
  [403, '403'],
  [404, '404'],
])('%p says that the path is closed', (status, reason) => {
  expect(verdictOf(answered(status))).toEqual({ kind: 'path_refused', reason });
});

test('413 asks for less at a time', () => {
  expect(verdictOf(answered(413))).toEqual({ kind: 'too_large' });
});

test.each(['timeout', 'ECONNREFUSED', 'ECONNRESET', 'dns', 'network'] as const)('%s is tried again', (reason) => {
  expect(verdictOf(failed(reason))).toEqual({ kind: 'retry', reason, retryAfter: undefined });
});

test.each(['tls', 'bad_response'] as const)('%s is never tried again and speaks against the origin', (reason) => {
  expect(verdictOf(failed(reason))).toEqual({ kind: 'refused', reason, breaker: 'failure' });
});
