import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, jest, test } from '@jest/globals';
import { OpenSpans } from './open-spans.ts';

// The heap of a test run that has run for long takes a second to be looked through.
jest.setTimeout(60_000);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('full at the 4th span that is open at one time, not before, and no longer when one of them ends', () => {
  const open = new OpenSpans(4);
  const spans = [{}, {}, {}, {}];
  for (const span of spans) {
    expect(open.isFull).toBe(false);
    open.started(span);
  }
  expect(open.isFull).toBe(true);
  open.ended(spans[3] as object);
  expect(open.isFull).toBe(false);
  open.started({});
  expect(open.isFull).toBe(true);
});

test('spans that the application forgot without ending them make room again, the first half excepted', async () => {
  const open = new OpenSpans(200);
  let rounds = 0;
  for (let index = 0; index < 400; index += 1) {
    for (; open.isFull && rounds < 50; rounds += 1) {
      collectGarbage();
      await turn();
    }
    expect(open.isFull).toBe(false);
    open.started({});
  }
});

test('a span that ended is not counted a second time when it is forgotten', async () => {
  const open = new OpenSpans(2);
  const kept = {};
  open.started(kept);
  for (let index = 0; index < 100; index += 1) {
    const span = {};
    open.started(span);
    expect(open.isFull).toBe(true);
    open.ended(span);
  }
  collectGarbage();
  await turn();
  await turn();
  expect(open.isFull).toBe(false);
  open.started({});
  expect(open.isFull).toBe(true);
});
