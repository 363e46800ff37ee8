import { expect, test } from '@jest/globals';
import { isValidSpanId, isValidTraceId } from '@opentelemetry/api';
import { IdPool } from './id-pool.ts';

test('100,000 ids are valid, lower-case and all different', () => {
  const pool = new IdPool();
  const seen = new Set<string>();
  for (let count = 0; count < 50_000; count += 1) {
    const [span, trace] = [pool.generateSpanId(), pool.generateTraceId()];
    if (!isValidSpanId(span) || !isValidTraceId(trace) || /[A-F]/.test(span + trace))
      throw new Error(`${span} ${trace}`);
    seen.add(span).add(trace);
  }
  expect(seen.size).toBe(100_000);
});

test('asks for random bytes once in 1,024 span ids', () => {
  let fills = 0;
  const pool = new IdPool((bytes) => {
    fills += 1;
    bytes.fill(0xab);
  });
  for (let count = 0; count < 1024; count += 1) expect(pool.generateSpanId()).toBe('ab'.repeat(8));
  expect(fills).toBe(1);
  pool.generateSpanId();
  expect(fills).toBe(2);
});

test('random bytes of nothing but zeros still give valid ids', () => {
  const pool = new IdPool((bytes) => void bytes.fill(0));
  expect(isValidSpanId(pool.generateSpanId())).toBe(true);
  expect(isValidTraceId(pool.generateTraceId())).toBe(true);
});
