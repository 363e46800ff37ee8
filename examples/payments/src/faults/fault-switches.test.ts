import { expect, test } from '@jest/globals';
import { FaultSwitches, isFaultName } from './fault-switches.ts';

function switches() {
  const clock = { millis: 0 };
  return { clock, faults: new FaultSwitches(() => clock.millis) };
}

test.each([
  [{ ms: 30_001 }, 'ms: expected a number from 1 to 30000, got 30001'],
  [{}, 'ms: expected a number from 1 to 30000, got nothing'],
  [{ ms: 5, ttlSeconds: 0 }, 'ttlSeconds: expected a number from 1 to 3600, got 0'],
  [{ ms: 5, sm: 5 }, 'sm: unknown, expected ms, ratio, ttlSeconds'],
])('latency with %j is refused and stays off', (input, problem) => {
  const { faults } = switches();
  expect(faults.turnOn('latency', input)).toEqual({ status: 'invalid', problems: [problem] });
  expect(faults.value('latency', 'ms')).toBeUndefined();
});

test('a fault is on until its last millisecond and off at its end', () => {
  const { clock, faults } = switches();
  faults.turnOn('errors', { ratio: 0.5, ttlSeconds: 5 });
  clock.millis = 4_999;
  expect(faults.value('errors', 'ratio')).toBe(0.5);
  expect(faults.state('errors').active).toEqual({ parameters: { ratio: 0.5 }, endsInSeconds: 1 });
  clock.millis = 5_000;
  expect(faults.value('errors', 'ratio')).toBeUndefined();
  expect(faults.state('errors').active).toBeNull();
});

test('turned off by hand it is off at once', () => {
  const { faults } = switches();
  faults.turnOn('hang', undefined);
  expect(faults.value('hang', 'ratio')).toBe(1);
  faults.turnOff('hang');
  expect(faults.value('hang', 'ratio')).toBeUndefined();
});

test('names of inherited properties are no faults', () => {
  expect(isFaultName('toString')).toBe(false);
  expect(isFaultName('hang')).toBe(true);
});
