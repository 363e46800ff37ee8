import { expect, test } from '@jest/globals';
import { chooseColours, table } from './terminal.ts';

test('a pipe and NO_COLOR get plain text, an empty NO_COLOR does not count', () => {
  expect(chooseColours({ isTerminal: false, noColor: undefined }).red('x')).toBe('x');
  expect(chooseColours({ isTerminal: true, noColor: '1' }).red('x')).toBe('x');
  expect(chooseColours({ isTerminal: true, noColor: '' }).red('x')).not.toBe('x');
});

test('a coloured cell takes no more room than a plain one, and no line ends in spaces', () => {
  const { red } = chooseColours({ isTerminal: true, noColor: undefined });
  expect(
    table([
      ['a', red('bb'), ''],
      ['ccc', 'd', 'e'],
    ]),
  ).toEqual([`a    ${red('bb')}`, 'ccc  d   e']);
});
