import { expect, test } from '@jest/globals';
import { hashOf, SpanBatch } from './span-record.ts';
import { SpanTable } from './span-table.ts';

/** A batch with one span: 24 bytes of ids from a number, and what its bytes say. */
function one(number: number, payload = 'x', service = 0): SpanBatch {
  const spans = new SpanBatch();
  const ids = Buffer.alloc(24);
  ids.writeUInt32BE(number, 12);
  ids.writeUInt32BE(number, 20);
  const bytes = Buffer.from(payload);
  spans.add(ids, { traceId: 0, spanId: 16, hash: hashOf(bytes, 0, bytes.length), service });
  return spans;
}

const add = (table: SpanTable, spans: SpanBatch) => [...spans].map((span) => table.add(span));

test('a span that comes twice is one span, counted as again; with other bytes it is altered', () => {
  const table = new SpanTable();
  expect(add(table, one(1))).toEqual([true]);
  expect(add(table, one(1))).toEqual([false]);
  expect(table).toMatchObject({ unique: 1, again: 1, altered: 0 });
  add(table, one(1, 'y'));
  expect(table).toMatchObject({ unique: 1, again: 2, altered: 1 });
  expect([...table.entries()]).toEqual([
    { id: `${'0'.repeat(24)}00000001-${'0'.repeat(8)}00000001`, service: 0, times: 3 },
  ]);
});

test('100,000 numbered spans, three times through, are 200,000 different ones: the table grew twice on the way', () => {
  const table = new SpanTable();
  const spans = new SpanBatch();
  const ids = Buffer.alloc(24);
  for (let number = 0; number < 100_000; number += 1) {
    ids.writeUInt32BE(number, 20);
    spans.add(ids, { traceId: 0, spanId: 16, hash: number, service: number % 3 });
  }
  for (let turn = 0; turn < 3; turn += 1) for (const span of spans) table.add(span);
  expect(table).toMatchObject({ unique: 100_000, again: 200_000, altered: 0 });
  let services = 0;
  for (const { service, times } of table.entries()) services += times === 3 ? service : Number.NaN;
  expect(services).toBe(99_999);
});

test('a hash sees the last byte, and the length', () => {
  const bytes = Buffer.from('abcdefgh');
  const hash = hashOf(bytes, 0, 8);
  expect(hashOf(Buffer.from('abcdefgx'), 0, 8)).not.toBe(hash);
  expect(hashOf(bytes, 0, 7)).not.toBe(hash);
  expect(hashOf(Buffer.from('--abcdefgh'), 2, 10)).toBe(hash);
});
