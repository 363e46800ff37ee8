import { expect, test } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import type { LabelValue } from '../metric-registry.ts';
import { SeriesTree } from './series-tree.ts';

const tree = (keys: readonly string[], limit = 2_000) =>
  new SeriesTree<{ attributes: Attributes }>({ keys, limit, create: (attributes) => ({ attributes }) });

test('the same labels are the same series; another value or another type of one is another', () => {
  const series = tree(['method', 'code']);
  const first = series.at(['GET', 200]);
  expect(series.at(['GET', 200])).toBe(first);
  expect(series.at(['GET', '200'])).not.toBe(first);
  expect(series.at(['POST', 200])).not.toBe(first);
  expect(series.at([true, 200])).not.toBe(first);
  expect(series.all).toHaveLength(4);
});

test('a label that is undefined, or missing at the end, is no attribute', () => {
  const series = tree(['error', 'method', 'code']);
  expect(series.at([undefined, 'GET', 200]).attributes).toEqual({ method: 'GET', code: 200 });
  expect(series.at([undefined, 'GET'])).toBe(series.at([undefined, 'GET', undefined]));
});

test('labels beyond the keys say nothing, and without keys there is one series', () => {
  const series = tree([]);
  expect(series.find(['x'])).toBeUndefined();
  expect(series.at(['x'])).toBe(series.at([]));
  expect(series.at([]).attributes).toEqual({});
});

test('with a limit of 3 the third set of labels and all later ones share a series; the first two keep theirs', () => {
  const series = tree(['n'], 3);
  const own = [series.at([0]), series.at([1])];
  expect([series.refused, series.overflow]).toEqual([0, undefined]);
  const overflow = series.at([2]);
  expect(overflow.attributes).toEqual({ 'otel.metric.overflow': true });
  expect([series.at([3]), series.overflow]).toEqual([overflow, overflow]);
  expect([series.at([0]), series.at([1])]).toEqual(own);
  expect([series.all.length, series.refused]).toEqual([3, 2]);
});

test('a million sets of labels leave 2,000 series', () => {
  const series = tree(['a', 'b']);
  for (let i = 0; i < 1_000_000; i++) series.at(['x', i]);
  expect([series.all.length, series.refused]).toEqual([2_000, 998_001]);
});

test('what is no label, whatever it is, counts as undefined and makes one series', () => {
  const series = tree(['a']);
  const hostile = [
    {},
    [],
    () => 1,
    Symbol('s'),
    1n,
    null,
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
      },
    ),
  ];
  const found = new Set(hostile.map((value) => series.at([value as unknown as LabelValue])));
  expect(found.size).toBe(1);
  expect([...found][0]?.attributes).toEqual({});
});

test('attributes of a series cannot be changed by who reads them', () => {
  const { attributes } = tree(['a']).at(['x']);
  expect(() => Object.assign(attributes, { a: 'y' })).toThrow(TypeError);
});

test('a label of a million characters is kept with 1,024 of them, and found again by the whole', () => {
  const series = tree(['error']);
  const long = 'x'.repeat(1_000_000);
  const first = series.at([long]);
  expect(first.attributes).toEqual({ error: 'x'.repeat(1_024) });
  expect(series.at([long])).toBe(first);
  expect(series.at(['x'.repeat(1_024)])).toBe(first);
  expect(series.all).toHaveLength(1);
});
