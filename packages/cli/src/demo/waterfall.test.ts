import { expect, test } from '@jest/globals';
import type { StoredSpan } from '../stores/jaeger.ts';
import { waterfall } from './waterfall.ts';

const span = (
  spanId: string,
  parentSpanId: string | undefined,
  startMicros: number,
  durationMicros: number,
  more: Partial<StoredSpan> = {},
): StoredSpan => ({
  traceId: 'abc',
  spanId,
  parentSpanId,
  service: 'shop',
  name: spanId,
  startMicros,
  durationMicros,
  isError: false,
  attributes: {},
  ...more,
});
const options = { columns: 80, paint: (text: string) => text };

test('no spans are one line, not an exception', () => {
  expect(waterfall([], options)).toBe('(no spans)');
});

test('a child stands below its parent, 2 columns to the right, its bar where it began', () => {
  const lines = waterfall([span('child', 'root', 500, 500), span('root', undefined, 0, 1000)], options).split('\n');
  expect(lines[0]).toBe('trace abc · 2 spans · shop · 1.00 ms');
  expect(lines[1]).toMatch(/^shop {2}root .* 1\.00 ms {2}━+$/);
  expect(lines[2]).toMatch(/^shop {4}child .* 0\.50 ms {3,}━+$/);
  const bar = (line = '') => ({ from: line.indexOf('━'), columns: line.split('━').length - 1 });
  const [root, child] = [bar(lines[1]), bar(lines[2])];
  expect(child.from - root.from).toBe(Math.floor(root.columns / 2));
  expect(child.columns).toBe(Math.ceil(root.columns / 2));
});

test('a span whose parent is not stored is drawn as a root', () => {
  expect(waterfall([span('orphan', 'gone', 0, 10)], options)).toContain('orphan');
});

test('both services are named in the order of their spans and an error is marked', () => {
  const text = waterfall(
    [span('a', undefined, 0, 10), span('b', 'a', 1, 5, { service: 'payments', isError: true })],
    options,
  );
  expect(text).toContain('shop → payments');
  expect(text).toContain('✗ b');
});

test('60 spans are drawn, the 61st is only counted', () => {
  const many = Array.from({ length: 61 }, (_, index) => span(`s${index}`, undefined, index, 1));
  const lines = waterfall(many, options).split('\n');
  expect(lines).toHaveLength(61);
  expect(lines[0]).toContain('61 spans (first 60 shown)');
});

test('a chain of 5,000 spans does not overflow the stack', () => {
  const chain = Array.from({ length: 5000 }, (_, index) =>
    span(`s${index}`, index === 0 ? undefined : `s${index - 1}`, index, 1),
  );
  expect(waterfall(chain, options).split('\n')).toHaveLength(61);
});
