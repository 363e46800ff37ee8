/** `Atomics.waitAsync`, `wait` and `notify` in virtual time. Words are told apart by their buffer and index. */
export interface WaitingParts {
  /** Called on the thread that waits. @returns what runs `callback` there, a moment later, if the thread still lives. */
  waker(callback: () => void): () => void;
  /** Lets the rest of the world run until `isDone` or so many milliseconds went by; the caller's thread stands still. */
  block(millis: number, isDone: () => boolean): void;
}

interface Waiter {
  readonly buffer: ArrayBufferLike;
  readonly index: number;
  readonly wake: () => void;
}

type Patched = Pick<typeof Atomics, 'wait' | 'waitAsync' | 'notify'>;

/** Replaces the three until the returned function is called. */
export function simulateWaiting(parts: WaitingParts): () => void {
  const target = Atomics as unknown as Record<keyof Patched, unknown>;
  const { wait, waitAsync, notify } = Atomics;
  let waiters: Waiter[] = [];
  target.waitAsync = (words: Int32Array, index: number, value: number) => {
    // A plain read: comparing and beginning to wait are one step, nobody comes in between.
    if (words[index] !== value) return { async: false, value: 'not-equal' };
    const then = (wake: () => void) => void waiters.push({ buffer: words.buffer, index, wake: parts.waker(wake) });
    return { async: true, value: { then } };
  };
  target.notify = (words: Int32Array, index: number) => {
    const woken = waiters.filter((waiter) => waiter.buffer === words.buffer && waiter.index === index);
    waiters = waiters.filter((waiter) => !woken.includes(waiter));
    for (const { wake } of woken) wake();
    return woken.length;
  };
  target.wait = (words: Int32Array, index: number, value: number, millis: number) => {
    const isChanged = () => words[index] !== value;
    if (isChanged()) return 'not-equal';
    parts.block(millis, isChanged);
    return isChanged() ? 'ok' : 'timed-out';
  };
  return () => {
    target.wait = wait;
    target.waitAsync = waitAsync;
    target.notify = notify;
  };
}
