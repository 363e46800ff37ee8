import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { CallbackDeadline, type ObservableCallback, ObservableCallbacks } from './observable-callbacks.ts';

const HANGS: ObservableCallback = () => new Promise(() => undefined);
const RESULT = {} as never;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** What becomes of a promise, as soon as it is known. */
function fateOf(answer: unknown): { is: string } {
  const fate = { is: 'open' };
  Promise.resolve(answer).then(
    () => Object.assign(fate, { is: 'answered' }),
    (error: Error) => Object.assign(fate, { is: error.message }),
  );
  return fate;
}

test('one callback is bounded by one function, whoever asks; what is no function stays what it is', () => {
  const callbacks = new ObservableCallbacks();
  expect(callbacks.bounded(HANGS)).toBe(callbacks.bounded(HANGS));
  expect(callbacks.bounded(undefined as never)).toBeUndefined();
});

test('a scrape, which brings no deadline, waits 5 s for a callback, not longer', async () => {
  const fate = fateOf(new ObservableCallbacks().bounded(HANGS)(RESULT));
  await jest.advanceTimersByTimeAsync(4_999);
  expect(fate.is).toBe('open');
  await jest.advanceTimersByTimeAsync(1);
  expect(fate.is).toMatch(/has not answered in time/);
});

test('all callbacks of a collection have its deadline, and none sets a timer for one that answers at once', async () => {
  const callbacks = new ObservableCallbacks();
  const deadline = new CallbackDeadline(700);
  const [first, second] = callbacks.during(deadline, () => [
    fateOf(callbacks.bounded(HANGS)(RESULT)),
    fateOf(callbacks.bounded(async () => 1)(RESULT)),
    callbacks.bounded(() => 1)(RESULT),
  ]) as { is: string }[];
  await jest.advanceTimersByTimeAsync(699);
  expect([first?.is, second?.is]).toEqual(['open', 'answered']);
  await jest.advanceTimersByTimeAsync(1);
  expect(first?.is).toMatch(/in time/);
  expect(jest.getTimerCount()).toBe(0);
  callbacks.during(new CallbackDeadline(700), () => callbacks.bounded(() => 1)(RESULT));
  expect(jest.getTimerCount()).toBe(0);
});

test('a deadline that is over before somebody asks for it rejects at once', async () => {
  const deadline = new CallbackDeadline(60_000);
  deadline.expire();
  await expect(deadline.reached).rejects.toThrow(/in time/);
  expect(jest.getTimerCount()).toBe(0);
});
