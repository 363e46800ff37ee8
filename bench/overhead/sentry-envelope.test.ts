import { expect, test } from '@jest/globals';
import { sentrySpans } from './sentry-envelope.ts';

const envelope = (...lines: readonly unknown[]) => Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n'));

test('an envelope that is no JSON, or empty, has 0 spans', () => {
  expect(sentrySpans(Buffer.from(''))).toBe(0);
  expect(sentrySpans(Buffer.from('{"type":"span","item_count":'))).toBe(0);
});

test('a span item has as many spans as its header counts, its payload none more', () => {
  const header = { type: 'span', item_count: 3, content_type: 'application/vnd.sentry.items.span.v2+json' };
  expect(sentrySpans(envelope({ sent_at: '' }, header, { version: 2, items: [{}, {}, {}] }))).toBe(3);
});

test('a transaction with 2 children is 3 spans; sessions and errors are none', () => {
  const transaction = { type: 'transaction', spans: [{}, {}] };
  expect(sentrySpans(envelope({}, { type: 'transaction' }, transaction, { type: 'session' }, {}))).toBe(3);
});
