import { expect, test } from '@jest/globals';
import { noPinning, pinned } from './pinning.ts';

test('without a core the command is what it was', () => {
  expect(pinned({ command: 'node', args: ['a.js'] }, undefined)).toEqual({ command: 'node', args: ['a.js'] });
});

test('with core 1 the command runs on core 1, where the machine can; else it is what it was', () => {
  const expected =
    noPinning() === undefined
      ? { command: 'taskset', args: ['--cpu-list', '1', 'node', 'a.js'] }
      : { command: 'node', args: ['a.js'] };
  expect(pinned({ command: 'node', args: ['a.js'] }, 1)).toEqual(expected);
});
