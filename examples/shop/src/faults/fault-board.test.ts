import { expect, jest, test } from '@jest/globals';
import { FaultBoard, type FaultClock } from './fault-board.ts';

class HandClock implements FaultClock {
  #now = 0;
  #timers = new Set<{ at: number; then: () => void }>();
  nowMillis = () => this.#now;
  after = (millis: number, then: () => void) => {
    const timer = { at: this.#now + millis, then };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };
  get pending() {
    return this.#timers.size;
  }
  /** Moves the time; timers run only when asked to, as on an event loop that is late. */
  advance(millis: number, { runTimers = true } = {}) {
    this.#now += millis;
    for (const timer of runTimers ? [...this.#timers] : []) {
      if (timer.at > this.#now) continue;
      this.#timers.delete(timer);
      timer.then();
    }
  }
}

function board() {
  const clock = new HandClock();
  const stop = jest.fn();
  const start = jest.fn((_parameters: Readonly<Record<string, number>>) => stop);
  const faults = new FaultBoard(
    {
      errors: { description: 'errors', parameters: { ratio: { min: 0, max: 1, default: 1 } } },
      block: { description: 'blocks', parameters: { ms: { min: 1, max: 900 } }, start },
    },
    clock,
  );
  return { clock, stop, start, faults };
}

test('an unknown fault is refused with the known ones, also one named like an inherited property', () => {
  const { faults } = board();
  expect(faults.turnOn('nope', {})).toEqual({ status: 'unknown-fault', known: ['errors', 'block'] });
  expect(faults.turnOn('constructor', {})).toMatchObject({ status: 'unknown-fault' });
});

test.each([
  [{ ratio: 1.01 }, 'ratio: expected a number from 0 to 1, got 1.01'],
  [{ ratio: '1' }, 'ratio: expected a number from 0 to 1, got "1"'],
  [{ ttlSeconds: 3_601 }, 'ttlSeconds: expected a number from 1 to 3600, got 3601'],
  [{ ratoi: 1 }, 'ratoi: unknown, expected ratio, ttlSeconds'],
  [[], 'expected a JSON object with ratio, ttlSeconds'],
])('%j is refused and turns nothing on', (input, problem) => {
  const { faults } = board();
  expect(faults.turnOn('errors', input)).toEqual({ status: 'invalid', problems: [problem] });
  expect(faults.active('errors')).toBeUndefined();
});

test('a parameter without a default must be given', () => {
  expect(board().faults.turnOn('block', {})).toEqual({
    status: 'invalid',
    problems: ['ms: expected a number from 1 to 900, got nothing'],
  });
});

test('a fault is on until its last millisecond and off at 60 s without being asked', () => {
  const { faults, clock } = board();
  faults.turnOn('errors', undefined);
  clock.advance(59_999);
  expect(faults.active('errors')).toEqual({ ratio: 1 });
  clock.advance(1);
  expect(faults.active('errors')).toBeUndefined();
  expect(clock.pending).toBe(0);
});

test('a fault whose timer is late does not last longer', () => {
  const { faults, clock } = board();
  faults.turnOn('errors', { ttlSeconds: 5 });
  clock.advance(5_000, { runTimers: false });
  expect(faults.active('errors')).toBeUndefined();
  expect(faults.list()[0]?.active).toBeNull();
});

test('what a fault started is stopped once, by its time or by hand', () => {
  const { faults, clock, start, stop } = board();
  faults.turnOn('block', { ms: 100, ttlSeconds: 2 });
  expect(start).toHaveBeenCalledWith({ ms: 100 });
  clock.advance(2_000);
  expect(stop).toHaveBeenCalledTimes(1);
  expect(faults.turnOff('block')).toBe(false);
  expect(stop).toHaveBeenCalledTimes(1);
});

test('turning on again replaces the parameters, stops the old and starts the time anew', () => {
  const { faults, clock, start, stop } = board();
  faults.turnOn('block', { ms: 100, ttlSeconds: 10 });
  clock.advance(9_000);
  faults.turnOn('block', { ms: 200, ttlSeconds: 10 });
  expect(stop).toHaveBeenCalledTimes(1);
  expect(start).toHaveBeenLastCalledWith({ ms: 200 });
  clock.advance(9_000);
  expect(faults.active('block')).toEqual({ ms: 200 });
  expect(clock.pending).toBe(1);
});

test('turning all off leaves no timer behind', () => {
  const { faults, clock, stop } = board();
  faults.turnOn('block', { ms: 1 });
  faults.turnOn('errors', {});
  faults.turnOffAll();
  expect(stop).toHaveBeenCalledTimes(1);
  expect(clock.pending).toBe(0);
  expect(faults.list().map((fault) => fault.active)).toEqual([null, null]);
});
