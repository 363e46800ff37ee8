import { expect, test } from '@jest/globals';
import { endMergedQuery, mergeQuery } from '../merged-query.ts';
import { markMerged } from './pg-queries.ts';

test('a configuration that the application has frozen is left as it is', () => {
  const config = Object.freeze({ text: 'select 1' });
  mergeQuery('select 1');
  expect(() => markMerged(config)).not.toThrow();
  endMergedQuery();
  expect(Reflect.ownKeys(config)).toEqual(['text']);
});
