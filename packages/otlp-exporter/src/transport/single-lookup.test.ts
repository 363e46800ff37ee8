import { expect, jest, test } from '@jest/globals';
import { createSingleLookup } from './single-lookup.ts';

type Ask = NonNullable<Parameters<typeof createSingleLookup>[0]>;

test('a resolver that hangs is asked once, however many wait; the next question after its answer is asked again', () => {
  const ask = jest.fn<Ask>();
  const lookup = createSingleLookup(ask);
  const answer = jest.fn();
  for (let wait = 0; wait < 50; wait += 1) lookup('collector', { all: true }, answer);
  expect(ask).toHaveBeenCalledTimes(1);
  ask.mock.calls[0]?.[2](null, [{ address: '10.0.0.1', family: 4 }]);
  expect(answer.mock.calls).toEqual(Array(50).fill([null, [{ address: '10.0.0.1', family: 4 }]]));
  lookup('collector', { all: true }, answer);
  expect(ask).toHaveBeenCalledTimes(2);
});

test('another name or family is another question', () => {
  const ask = jest.fn<Ask>();
  const lookup = createSingleLookup(ask);
  lookup('a', {}, jest.fn());
  lookup('b', {}, jest.fn());
  lookup('a', { family: 6 }, jest.fn());
  expect(ask).toHaveBeenCalledTimes(3);
});
