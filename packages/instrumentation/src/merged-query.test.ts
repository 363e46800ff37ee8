import { expect, test } from '@jest/globals';
import { endMergedQuery, mergeQuery, takeMergedQuery } from './merged-query.ts';

test('one query of the text is merged, the second is not', () => {
  mergeQuery('select 1');
  expect([takeMergedQuery('select 1'), takeMergedQuery('select 1')]).toEqual([true, false]);
});

test('another text is not merged: a client of the application may ask something first', () => {
  mergeQuery('select 1');
  expect([takeMergedQuery('set role x'), takeMergedQuery('select 1')]).toEqual([false, true]);
});

test('after the call nothing is merged, and a query without text never is', () => {
  mergeQuery('select 1');
  endMergedQuery();
  expect([takeMergedQuery('select 1'), takeMergedQuery(undefined)]).toEqual([false, false]);
});
