import { expect, test } from '@jest/globals';
import { LARGEST_SPAN_BYTES, spanBytes } from './span-size.ts';

const size = (...values: unknown[]) =>
  spanBytes(
    '',
    values.flatMap((value, index) => [`k${index}`, value]),
    [],
    [],
  );

test('text counts with its length, events and links with what they hold', () => {
  expect(size('x'.repeat(1_000)) - size('')).toBe(1_000);
  const event = { name: 'e', seconds: 0, nanos: 0, attributes: ['k', 'x'.repeat(500)], droppedAttributesCount: 0 };
  expect(spanBytes('', [], [event], []) - spanBytes('', [], [], [])).toBeGreaterThan(500);
  const link = { traceId: '', spanId: '', traceState: '', flags: 0, attributes: ['k', 1], droppedAttributesCount: 0 };
  expect(spanBytes('', [], [], [link])).toBeGreaterThan(spanBytes('', [], [], []));
});

test('what lies deep, is bytes or a list counts too', () => {
  expect(size({ a: [{ b: 'x'.repeat(300) }] })).toBeGreaterThan(size({}) + 300);
  expect(size(new Uint8Array(4_096)) - size(new Uint8Array(0))).toBe(4_096);
});

test('a value that is too wide, endless or throws counts as the largest span', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  expect(size(cyclic)).toBeGreaterThanOrEqual(LARGEST_SPAN_BYTES);
  expect(size(Array.from({ length: 1_001 }, () => 1))).toBeGreaterThanOrEqual(LARGEST_SPAN_BYTES);
  const getter = {
    get a(): string {
      throw new Error('no');
    },
  };
  expect(size(getter)).toBe(LARGEST_SPAN_BYTES);
});
