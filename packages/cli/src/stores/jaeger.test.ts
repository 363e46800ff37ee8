import { expect, test } from '@jest/globals';
import { readJaegerAnswer, tracePath } from './jaeger.ts';

test('a search without attributes has no tags parameter', () => {
  expect(tracePath({ service: 'shop', attributes: {}, since: new Date(60_000), limit: 5 })).toBe(
    'traces?service=shop&start=60000000&limit=5',
  );
});

test('attributes travel as one JSON parameter', () => {
  const path = tracePath({ service: 'shop', attributes: { 'http.route': '/a' }, since: new Date(0), limit: 1 });
  expect(new URL(path, 'http://x').searchParams.get('tags')).toBe('{"http.route":"/a"}');
});

test('a span knows its service, its parent and whether it failed', () => {
  const spans = [
    {
      traceID: 't',
      spanID: 'b',
      operationName: 'GET',
      references: [
        { refType: 'FOLLOWS_FROM', spanID: 'x' },
        { refType: 'CHILD_OF', spanID: 'a' },
      ],
      startTime: 10,
      duration: 5,
      processID: 'p1',
      tags: [{ key: 'error', value: true }],
    },
  ];
  expect(readJaegerAnswer({ data: [{ spans, processes: { p1: { serviceName: 'shop' } } }] })[0]?.[0]).toMatchObject({
    service: 'shop',
    parentSpanId: 'a',
    isError: true,
  });
});
