import { expect, test } from '@jest/globals';
import { createPipelineMemory, type LedgerSnapshot, readLedger } from '@vigil/otlp-exporter/core';
import { conserved, lostOf, pagesOf, unaccounted } from './conservation.ts';

const empty = readLedger(createPipelineMemory());
const ledger = (pages: Partial<LedgerSnapshot>): LedgerSnapshot => ({ ...empty, ...pages });
const verdicts = (...given: Parameters<typeof conserved>) => conserved(...given).map(({ verdict }) => verdict);

test('a span on no page breaks conservation, and one on two pages does', () => {
  expect(unaccounted(ledger({ ended: 3, accepted: 2 }))).toBe(1);
  expect(verdicts(ledger({ ended: 3, accepted: 2 }), 3, 2)).toEqual(['broken', 'held']);
  expect(verdicts(ledger({ ended: 3, accepted: 3, unconfirmed: 1 }), 3, 3)).toEqual(['broken', 'held']);
});

test('a span the application made and the ledger never saw breaks it', () => {
  expect(verdicts(ledger({ ended: 3, accepted: 3 }), 4, 3)).toEqual(['broken', 'held']);
  expect(verdicts(ledger({ ended: 3, accepted: 3 }), undefined, 3)).toEqual(['held', 'held']);
});

test('the sink has at least what was accepted, and at most what is unconfirmed more', () => {
  const pages = ledger({ ended: 5, accepted: 3, unconfirmed: 2 });
  expect([2, 3, 5, 6].map((taken) => verdicts(pages, 5, taken)[1])).toEqual(['broken', 'held', 'held', 'broken']);
});

test('every reason of a loss counts, and is shown', () => {
  const pages = ledger({ ended: 4, accepted: 1, lost: { ...empty.lost, queue_full: 2, worker_crash: 1 } });
  expect([lostOf(pages), unaccounted(pages)]).toEqual([3, 0]);
  expect(pagesOf(pages)).toBe('ended 4, accepted 1, queue_full 2, worker_crash 1');
});

test('an application without a ledger has conserved nothing', () => {
  expect(verdicts(undefined, 0, 0)).toEqual(['broken']);
});
