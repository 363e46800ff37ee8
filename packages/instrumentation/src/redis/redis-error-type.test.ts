import { expect, test } from '@jest/globals';
import { redisErrorType, replyErrorPrefix } from './redis-error-type.ts';

const named = (name: string, message: string) => {
  const made = { [name]: class extends Error {} }[name] as new (message: string) => Error;
  return new made(message);
};

test('an error of the server is its first word', () => {
  expect(redisErrorType(new Error('WRONGTYPE Operation against a key'))).toBe('WRONGTYPE');
  expect(redisErrorType(new Error('MOVED 3999 127.0.0.1:6381'))).toBe('MOVED');
  expect(redisErrorType(new Error('NOAUTH Authentication required.'))).toBe('NOAUTH');
});

test('a word that a script chose does not leave', () => {
  expect(redisErrorType(new Error('SECRET4711 not yours'))).toBe('_OTHER');
  expect(replyErrorPrefix(new Error('SECRET4711 not yours'))).toBeUndefined();
  expect(redisErrorType(new Error('secret'))).toBe('_OTHER');
});

test('an error of the connection is its code, if it has the form of one', () => {
  expect(redisErrorType(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
  expect(redisErrorType(Object.assign(new Error('tls'), { code: 'CERT_HAS_EXPIRED' }))).toBe('CERT_HAS_EXPIRED');
  expect(redisErrorType(Object.assign(new Error('x'), { code: 'user 42' }))).toBe('_OTHER');
});

test('what clients say without the server has words of its own', () => {
  expect(redisErrorType(new Error('Connection is closed.'))).toBe('connection_closed');
  expect(redisErrorType(new Error('Command timed out'))).toBe('timeout');
  expect(redisErrorType(named('MaxRetriesPerRequestError', 'x'))).toBe('MaxRetriesPerRequestError');
  expect(redisErrorType(named('SecretError', 'x'))).toBe('_OTHER');
});

test('hostile errors have a type too', () => {
  const hostile = Object.defineProperty(new Error('x'), 'message', {
    get: () => {
      throw new Error('no');
    },
  });
  for (const value of [
    hostile,
    null,
    undefined,
    'text',
    7,
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    ),
  ]) {
    expect(redisErrorType(value)).toBe('_OTHER');
  }
});
