import { expect, test } from '@jest/globals';
import type { Outcome } from './outcome.ts';
import { besideEachOther, inTurn, type Stage } from './stage.ts';

const passed = (name: string): Outcome => ({ suite: 'a', name, status: 'passed', detail: '' });

/** Stages that note when they begin and end. */
function noted() {
  const notes: string[] = [];
  const stage =
    (name: string): Stage =>
    async () => {
      notes.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      notes.push(`${name} ends`);
      return [passed(name)];
    };
  return { notes, stage };
}

test('in turn: the second begins when the first has ended', async () => {
  const { notes, stage } = noted();
  expect(await inTurn([stage('1'), stage('2')], () => false)()).toEqual([passed('1'), passed('2')]);
  expect(notes).toEqual(['1 begins', '1 ends', '2 begins', '2 ends']);
});

test('in turn: after an interruption none begins, and what was said before counts', async () => {
  const { notes, stage } = noted();
  expect(await inTurn([stage('1'), stage('2')], () => notes.length > 0)()).toEqual([passed('1')]);
  expect(notes).toEqual(['1 begins', '1 ends']);
});

test('beside each other: both begin at once, and the outcomes keep their order', async () => {
  const { notes, stage } = noted();
  expect(await besideEachOther([stage('1'), stage('2')])()).toEqual([passed('1'), passed('2')]);
  expect(notes.slice(0, 2)).toEqual(['1 begins', '2 begins']);
});
