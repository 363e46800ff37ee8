import { expect, test } from '@jest/globals';
import { ManualTime } from '../test/manual-time.ts';
import { SelfTime } from './self-time.ts';

/** Runs so many calls that take as long as `millisOf` says; every reading of the clock takes `readMillis`. */
function run(calls: number, millisOf: (call: number) => number, { readMillis = 0, sent = 1 } = {}) {
  const time = new ManualTime();
  let nanos = 0;
  let measured = 0;
  const clock = {
    epochMillis: () => 0,
    monotonicMillis: () => {
      time.advance(readMillis);
      return time.monotonicMillis();
    },
  };
  const selfTime = new SelfTime(clock, (more) => {
    nanos += more;
  });
  for (let call = 0; call < calls; call += 1) {
    const work = () => {
      time.advance(millisOf(call));
      for (let span = 0; span < sent; span += 1) selfTime.noteSent();
    };
    if (selfTime.isDue()) {
      measured += 1;
      selfTime.measure(work);
    } else work();
  }
  return { micros: nanos / 1_000 / calls, measured };
}

test('one call in 64 is measured', () => {
  const { measured } = run(64_000, () => 0.001);
  expect(measured).toBeGreaterThan(900);
  expect(measured).toBeLessThan(1_100);
});

test('the estimate is near the truth, also when every 64th call is long', () => {
  expect(run(64_000, () => 0.002).micros).toBeCloseTo(2, 0);
  const { micros } = run(640_000, (call) => (call % 64 === 0 ? 0.2 : 0.002));
  expect(micros).toBeGreaterThan(0.8 * 5.1);
  expect(micros).toBeLessThan(1.2 * 5.1);
});

test('what the clock itself takes is not ours', () => {
  expect(run(64_000, () => 0.001, { readMillis: 0.01 }).micros).toBeCloseTo(1, 0);
});

test('250 µs a span are ours; longer was an interruption and counts as a usual call', () => {
  const interrupted = run(640_000, (call) => (call % 100 === 0 ? 5 : 0.001));
  expect(interrupted.micros).toBeLessThan(1.2);
  expect(run(64_000, () => 0.25).micros).toBeGreaterThan(200);
  expect(run(64_000, () => 0.5).micros).toBe(0);
  expect(run(64_000, () => 2, { sent: 1_000 }).micros).toBeGreaterThan(1_600);
});

test('a clock that goes back takes nothing away, and what a call throws goes on', () => {
  expect(run(640, () => -1).micros).toBe(0);
  const selfTime = new SelfTime(new ManualTime(), () => undefined);
  expect(() =>
    selfTime.measure(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
});
