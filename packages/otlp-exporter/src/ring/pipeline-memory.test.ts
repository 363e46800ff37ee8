import { expect, test } from '@jest/globals';
import { batchBytesOf, createPipelineMemory } from './pipeline-memory.ts';

test('the ring has 8 MiB by default and is rounded up to a power of two', () => {
  expect(createPipelineMemory().ring.byteLength).toBe(8 * 1024 * 1024);
  expect(createPipelineMemory({ ringBytes: 65_536 }).ring.byteLength).toBe(65_536);
  expect(createPipelineMemory({ ringBytes: 65_537 }).ring.byteLength).toBe(131_072);
});

test.each([65_535, 2 ** 30 + 1, 0, -1, Number.NaN, 65_536.5, '65536'])(
  'a ring of %p bytes is refused by name',
  (bytes) => {
    expect(() => createPipelineMemory({ ringBytes: bytes as number })).toThrow(/ringBytes: expected .* got /);
  },
);

test('a batch is 512 KiB, and a quarter of a ring that is smaller than four of them', () => {
  expect(batchBytesOf(createPipelineMemory())).toBe(524_288);
  expect(batchBytesOf(createPipelineMemory({ ringBytes: 65_536 }))).toBe(16_384);
});
