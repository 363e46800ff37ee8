import { expect, test } from '@jest/globals';
import type { ExemplarSpan } from '../metric-registry.ts';
import type { Exemplar } from './exemplar.ts';
import { ExemplarBudget } from './exemplar-budget.ts';
import { ExemplarSlots } from './exemplar-slots.ts';

interface Span extends ExemplarSpan {
  isKept: boolean;
}

const span = (spanId: string, isKept: boolean, endSeconds = 0, endNanos = 0): Span => ({
  isKept,
  traceId: 't',
  spanId,
  endSeconds,
  endNanos,
});

function slots(count = 2, limit = 100) {
  const budget = Object.assign(new ExemplarBudget(), { limit });
  const made = new ExemplarSlots(count, budget);
  const take = () => {
    const taken: [number, Exemplar][] = [];
    made.take([9, 9], (slot, exemplar) => taken.push([slot, exemplar]));
    return taken;
  };
  return { budget, slots: made, take, ids: () => take().map(([slot, { spanId }]) => [slot, spanId]) };
}

test('a span whose trace is kept after the measurement becomes an exemplar, one whose trace is not does not', () => {
  const { slots: made, take } = slots();
  const [late, never] = [span('late', false, 5, 7), span('never', false)];
  made.offer(0, 0.25, late);
  made.offer(1, 2, never);
  late.isKept = true;
  expect(take()).toEqual([[0, { value: 0.25, time: [5, 7], traceId: 't', spanId: 'late' }]]);
});

test('each bucket has one: the newer of two kept ones', () => {
  const { slots: made, ids } = slots();
  made.offer(0, 1, span('old', true, 5));
  made.offer(0, 1, span('new', true, 5));
  expect(ids()).toEqual([[0, 'new']]);
});

test('one that is known to be kept does not give way to one that is not', () => {
  const { slots: made, ids } = slots();
  made.offer(0, 1, span('kept', true, 5));
  made.offer(0, 1, span('open', false, 100));
  expect(ids()).toEqual([[0, 'kept']]);
});

test('one that is not kept gives way to one that is, however young', () => {
  const { slots: made, ids } = slots();
  made.offer(0, 1, span('open', false, 5));
  made.offer(0, 1, span('kept', true, 5));
  expect(ids()).toEqual([[0, 'kept']]);
});

test('one that waits for its verdict does so for 250 ms, then a newer one takes its place', () => {
  const { slots: made, ids } = slots(3);
  const waits = span('waits', false, 5, 900_000_000);
  made.offer(0, 1, waits);
  made.offer(0, 1, span('after 249 ms', false, 6, 149_000_000));
  made.offer(1, 1, span('too old', false, 5, 900_000_000));
  const next = span('after 250 ms', false, 6, 150_000_000);
  made.offer(1, 1, next);
  waits.isKept = true;
  next.isKept = true;
  expect(ids()).toEqual([
    [0, 'waits'],
    [1, 'after 250 ms'],
  ]);
});

test('a clock that was set back does not make a candidate young for ever', () => {
  const { slots: made, ids } = slots();
  made.offer(0, 1, span('before', false, 1_000));
  const after = span('after', false, 500);
  made.offer(0, 1, after);
  after.isKept = true;
  expect(ids()).toEqual([[0, 'after']]);
});

test('what is no light span, or has not ended, gives way at once and has the time of the collection', () => {
  const { slots: made, take } = slots();
  made.offer(0, 1, { isKept: false, traceId: 't', spanId: 'a' });
  const last = span('b', false);
  made.offer(0, 1, last);
  last.isKept = true;
  expect(take()).toEqual([[0, { value: 1, time: [9, 9], traceId: 't', spanId: 'b' }]]);
});

test('after a collection nothing is held, and the budget is as it was', () => {
  const { slots: made, budget, take } = slots();
  const held = span('held', false);
  made.offer(0, 1, held);
  expect(budget.held).toBe(1);
  expect(take()).toEqual([]);
  expect(budget.held).toBe(0);
  held.isKept = true;
  expect(take()).toEqual([]);
});

test('beyond the budget empty buckets stay empty, and held ones can still change', () => {
  const { slots: made, budget, ids } = slots(3, 2);
  for (const slot of [0, 1, 2]) made.offer(slot, 1, span(`first ${slot}`, true));
  made.offer(0, 1, span('second 0', true));
  expect(budget.held).toBe(2);
  expect(ids()).toEqual([
    [0, 'second 0'],
    [1, 'first 1'],
  ]);
});

test('under 1,000 measurements a second with verdicts after 50 ms and a tenth kept, a minute has its exemplar', () => {
  const { slots: made, ids } = slots();
  const waiting: Span[] = [];
  for (let i = 0; i < 60_000; i++) {
    const judged = waiting.length >= 50 ? waiting.shift() : undefined;
    // A tenth, in no step with the 250 ms.
    if (judged !== undefined) judged.isKept = (i * 7_919) % 10 === 0;
    const next = span(String(i), false, Math.floor(i / 1_000), (i % 1_000) * 1_000_000);
    waiting.push(next);
    made.offer(0, 1, next);
  }
  expect(ids()).toHaveLength(1);
});
