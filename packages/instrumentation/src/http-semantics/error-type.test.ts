import { expect, test } from '@jest/globals';
import { errorTypeOf } from './error-type.ts';

test.each([
  [Object.assign(new Error('secret'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [new TypeError('secret'), 'TypeError'],
  [new DOMException('secret', 'AbortError'), 'AbortError'],
  [Object.assign(new Error('x'), { code: 'https://ann:pw@h' }), 'Error'],
  [Object.assign(new Error('x'), { code: 7, name: 'a b' }), '_OTHER'],
  ['secret', '_OTHER'],
  [null, '_OTHER'],
  [undefined, '_OTHER'],
  [
    {
      get code() {
        throw new Error('mine');
      },
    },
    '_OTHER',
  ],
])('an error says its code or its name, never more: case %#', (error, expected) => {
  expect(errorTypeOf(error)).toBe(expected);
});
