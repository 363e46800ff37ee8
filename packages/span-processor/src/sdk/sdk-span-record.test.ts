import { expect, test } from '@jest/globals';
import { setPair } from '../attribute-pairs.ts';
import type { SdkSpan } from './sdk-span.ts';
import { SdkSpanRecord } from './sdk-span-record.ts';

const CONTEXT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

const span = (attributes: Record<string, unknown>) =>
  ({
    name: 'GET',
    kind: 1,
    spanContext: () => CONTEXT,
    startTime: [1, 2],
    endTime: [3, 4],
    attributes,
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 0 },
  }) as unknown as SdkSpan;

test('one record has the attributes of the span it was filled with last, whatever was in it before', () => {
  const record = new SdkSpanRecord();
  const seen = [{ a: 1, b: 'x', c: true }, {}, { d: null, e: undefined }, { a: 1, b: 2, c: 3, d: 4 }, { z: 'z' }].map(
    (attributes) => {
      record.fill(span(Object.assign(Object.create({ inherited: 1 }), attributes)));
      const before = [...record.attributes];
      setPair(record.attributes, 'sampling.rule', 'error');
      record.clear();
      return before;
    },
  );
  expect(seen).toEqual([['a', 1, 'b', 'x', 'c', true], [], ['d', null], ['a', 1, 'b', 2, 'c', 3, 'd', 4], ['z', 'z']]);
  expect(record).toMatchObject({ startSeconds: 1, startNanos: 2, endSeconds: 3, endNanos: 4 });
});

test('a record that was cleared keeps no value alive', () => {
  const record = new SdkSpanRecord();
  record.fill(span({ a: 'secret' }));
  record.clear();
  expect(record.attributes.every((item) => item === undefined)).toBe(true);
});
