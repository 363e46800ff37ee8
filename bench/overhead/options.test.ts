import { expect, test } from '@jest/globals';
import { readOptions } from './options.ts';

test('without words it is the headline: 10 rounds of 3 routes, bare twice', () => {
  const { set, quick, publish } = readOptions([]);
  expect([set.name, set.rounds, set.routes, quick, publish]).toEqual([
    'headline',
    10,
    ['ping', 'orders', 'list'],
    false,
    false,
  ]);
  expect(set.variants.slice(0, 2)).toEqual(['bare', 'bare-again']);
});

test('bare is measured even when it is not asked for', () => {
  expect(readOptions(['--variants', 'stock,vigil', '--routes', 'echo']).set).toMatchObject({
    name: 'part of headline',
    variants: ['bare', 'vigil', 'stock'],
    routes: ['echo'],
  });
});

test.each([
  [['--variants', 'nobody'], /--variants: expected bare, .*got nobody/],
  [['--routes', 'ping,pong'], /--routes: expected ping, .*got pong/],
  [['--set', 'everybody'], /--set: expected headline, .*got everybody/],
  [['--rounds', '0'], /--rounds: expected 1 or more, got 0/],
  [['--publish', '--routes', 'ping'], /--publish: expected one whole set/],
  [['--publish', '--quick'], /--publish: expected one whole set/],
  [['--loud'], /--loud/],
])('%j is refused in words', (words, problem) => {
  expect(() => readOptions(words)).toThrow(problem);
});
