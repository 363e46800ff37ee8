import { expect, test } from '@jest/globals';
import { failureText } from './failure-text.ts';

test('an error is its message and, unless said already, its code', () => {
  expect(failureText(new Error('boom'))).toBe('boom');
  expect(failureText(Object.assign(new Error('went away'), { code: 'ECONNRESET' }))).toBe('ECONNRESET went away');
  expect(failureText(Object.assign(new Error('connect ECONNREFUSED ::1'), { code: 'ECONNREFUSED' }))).toBe(
    'connect ECONNREFUSED ::1',
  );
});

test('an error without a message is its code, or its name', () => {
  expect(failureText(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
  expect(failureText(new TypeError())).toBe('TypeError');
});

test('a flattened error, as OpenTelemetry logs it, is its message', () => {
  expect(failureText('{"stack":"Error: boom\\n  at x","message":"boom"}')).toBe('boom');
  expect(failureText('{"code":"E1"}')).toBe('E1');
  expect(failureText('{"a":1}')).toBe('{"a":1}');
  expect(failureText('{not json')).toBe('{not json');
});

test('a stack is cut off and lines are joined', () => {
  expect(failureText('Error: boom\n    at f (x.js:1:1)\n    at g')).toBe('Error: boom');
  expect(failureText('one\n  two')).toBe('one two');
});

test('301 characters become 300', () => {
  expect(failureText('x'.repeat(300))).toHaveLength(300);
  expect(failureText('x'.repeat(301))).toBe(`${'x'.repeat(299)}…`);
});

test('any other value is inspected', () => {
  expect(failureText({ a: 1 })).toBe('{ a: 1 }');
  expect(failureText(undefined)).toBe('undefined');
});

test('what a terminal would obey, or show in another order, becomes a space', () => {
  expect(failureText('a\u001b[2Jb\u0007\u009b1mc\u202ed\u0000')).toBe('a [2Jb 1mc d');
});

test('a thrown value that throws at every look has no text', () => {
  const fail = () => {
    throw new Error('look');
  };
  expect(failureText(new Proxy({}, { get: fail, getPrototypeOf: fail, ownKeys: fail }))).toBe('an error without text');
  const error = Object.defineProperty(new Error(''), 'message', { get: fail });
  expect(failureText(error)).toBe('an error without text');
});
