import { expect, test } from '@jest/globals';
import { spokenDuration } from './duration.ts';

test.each([
  [-5_000, '0 s'],
  [0, '0 s'],
  [59_000, '59 s'],
  [60_000, '1 min'],
  [125_000, '2 min 5 s'],
  [3_600_000, '1 h'],
  [3_605_000, '1 h'],
  [7_320_000, '2 h 2 min'],
  [90_000_000, '1 d 1 h'],
])('%i ms are %s', (millis, spoken) => {
  expect(spokenDuration(millis)).toBe(spoken);
});
