import { expect, test } from '@jest/globals';
import { sharedReading } from './shared-reading.ts';

test('four metrics of one collection take one reading, the next collection takes its own', () => {
  let millis = 0;
  let reads = 0;
  const read = sharedReading(
    () => ++reads,
    () => millis,
  );
  expect([read(), read(), read(), read()]).toEqual([1, 1, 1, 1]);
  millis = 9;
  expect(read()).toBe(1);
  millis = 10;
  expect(read()).toBe(2);
});

test('that there is nothing is kept as well', () => {
  let reads = 0;
  const read = sharedReading(
    () => {
      reads += 1;
      return undefined;
    },
    () => 0,
  );
  read();
  read();
  expect(reads).toBe(1);
});

test('a reading that failed is tried again at once', () => {
  let reads = 0;
  const read = sharedReading(
    () => {
      reads += 1;
      if (reads === 1) throw new Error('not yet');
      return reads;
    },
    () => 0,
  );
  expect(read).toThrow('not yet');
  expect(read()).toBe(2);
});
