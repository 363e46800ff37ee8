import { expect, test } from '@jest/globals';
import { ManualTime } from '../../test/manual-time.ts';
import { ResourceWait } from './resource-wait.ts';
import type { SdkResource } from './sdk-span.ts';

function setUp() {
  const time = new ManualTime();
  const released: string[] = [];
  const wait = new ResourceWait<string>({
    timers: time,
    timeoutMillis: 5_000,
    maxItems: 3,
    release: (item) => void released.push(item),
    changed: () => void released.push('changed'),
  });
  return { time, released, wait };
}
const pending = (work?: () => Promise<void>): SdkResource => ({
  attributes: {},
  asyncAttributesPending: true,
  ...(work !== undefined && { waitForAsyncAttributes: work }),
});

test.each([
  ['found', () => Promise.resolve()],
  ['failed to find', () => Promise.reject(new Error('no'))],
  ['not there to wait for', undefined],
  [
    'refused at once',
    () => {
      throw new Error('no');
    },
  ],
])('attributes that are %s let everything go, once, and are not waited for again', async (_, work) => {
  const { time, released, wait } = setUp();
  const resource = pending(work);
  wait.add('a', resource);
  expect(wait.isPending(resource)).toBe(true);
  await wait.settled;
  expect([released, time.timerCount, wait.isPending(resource)]).toEqual([['changed', 'a'], 0, false]);
});

test('two resources: each has its own 5 s', async () => {
  const { time, released, wait } = setUp();
  const never = pending(() => new Promise(() => undefined));
  wait.add(
    'a',
    pending(() => Promise.resolve()),
  );
  wait.add('b', never);
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  expect(released).toEqual(['changed', 'a', 'b']);
  wait.add('c', never);
  time.advance(4_999);
  expect(released).toHaveLength(3);
  time.advance(1);
  expect(released.slice(3)).toEqual(['changed', 'c']);
  await wait.settled;
});

test('stop lets everything go and leaves no timer', () => {
  const { time, released, wait } = setUp();
  wait.add(
    'a',
    pending(() => new Promise(() => undefined)),
  );
  wait.stop();
  expect([released, time.timerCount]).toEqual([['a'], 0]);
});
