import { expect, test } from '@jest/globals';
import { isInRange } from './version-range.ts';

test.each([
  ['8.0.0', '>=8 <9'],
  ['8.23.1', '>=8 <9'],
  ['4.17.0', '>=4.17 <5 || >=5.3 <6'],
  ['5.3.1', '>=4.17 <5 || >=5.3 <6'],
  ['0.45.4', '>=0.45.4 <=0.45.4'],
  ['1.2.3', '1.2.3'],
  ['2.0.1', '>2'],
  ['1.0.0-rc.2', '>=0.45 <2'],
  ['5.0.0-beta.1+build.7', '>=5 <6'],
])('%s is in %s', (version, range) => {
  expect(isInRange(version, range)).toBe(true);
});

test.each([
  ['9.0.0', '>=8 <9'],
  ['7.99.99', '>=8 <9'],
  ['5.2.9', '>=4.17 <5 || >=5.3 <6'],
  ['0.45.5', '>=0.45.4 <=0.45.4'],
  ['2.0.0', '>2'],
  ['9.0.0-alpha.1', '>=8 <9'],
  ['workspace:*', '>=0 <99'],
  ['', '>=0 <99'],
  ['8', '>=8 <9'],
])('%s is not in %s', (version, range) => {
  expect(isInRange(version, range)).toBe(false);
});

test('a range that is none is a mistake of ours and throws, also for a version that cannot be read', () => {
  expect(() => isInRange('8.0.0', '^8')).toThrow('no version range: "^8"');
  expect(() => isInRange('?', '')).toThrow(TypeError);
});
