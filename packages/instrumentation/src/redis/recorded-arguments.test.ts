import { expect, test } from '@jest/globals';
import { RecordedArguments } from './recorded-arguments.ts';

function text(words: unknown[], from: number, count: number): unknown {
  const attributes: unknown[] = [];
  new RecordedArguments('SET', words, from, count).describe(attributes);
  return attributes[1];
}

test('1 argument is the key, and what is left out is told', () => {
  expect(text(['key', 'value'], 0, 1)).toBe('SET key …');
  expect(text(['SET', 'key', 'value'], 1, 1)).toBe('SET key …');
  expect(text(['key'], 0, 1)).toBe('SET key');
});

test('an argument is cut to 64 characters; bytes and objects are a question mark', () => {
  expect(text(['k'.repeat(65)], 0, 1)).toBe(`SET ${'k'.repeat(64)}…`);
  expect(text([Buffer.from('key'), {}, 5], 0, 3)).toBe('SET ? ? 5');
});
