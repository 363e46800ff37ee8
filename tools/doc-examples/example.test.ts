import { expect, test } from '@jest/globals';
import { examplesOf } from './example.ts';

test('a block of a README keeps its text and knows its line', () => {
  const text = 'a\n\n```ts\nconst x = 1;\n```\n';
  expect(examplesOf({ path: 'README.md', text })).toEqual([{ path: 'README.md', line: 4, code: 'const x = 1;\n' }]);
});

test('a block of a doc comment loses the stars', () => {
  const text = '/**\n * ```ts\n * const x = 1;\n * ```\n */\n';
  expect(examplesOf({ path: 'x.ts', text })).toEqual([{ path: 'x.ts', line: 3, code: 'const x = 1;\n' }]);
});

test('a shell block is no example', () => {
  expect(examplesOf({ path: 'README.md', text: '```sh\nls\n```\n' })).toEqual([]);
});
