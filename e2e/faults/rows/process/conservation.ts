import type { LedgerSnapshot } from '@vigil/otlp-exporter/core';
import type { Check } from '../../row.ts';
import { claim } from './claim.ts';

/** Lost for any reason. */
export const lostOf = ({ lost }: LedgerSnapshot): number => Object.values(lost).reduce((sum, one) => sum + one, 0);

/** Spans that ended and are on no page of the ledger; 0 or there is a defect. */
export const unaccounted = (ledger: LedgerSnapshot): number =>
  ledger.ended -
  (ledger.sampledOut + ledger.accepted + ledger.unconfirmed + ledger.queued + ledger.inflight + lostOf(ledger));

/** The ledger's pages in one line, those that are not empty. */
export function pagesOf(ledger: LedgerSnapshot): string {
  const { ended, sampledOut, accepted, unconfirmed, queued, inflight, lost } = ledger;
  return Object.entries({ ended, sampledOut, accepted, unconfirmed, queued, inflight, ...lost })
    .filter(([, count]) => count !== 0)
    .map(([page, count]) => `${page} ${count}`)
    .join(', ');
}

/**
 * I4 at the end of a run: what the application ended, what its ledger says and what the sink has must fit.
 *
 * @param made spans the application ended; undefined when it cannot know.
 * @param taken different spans the sink has of it.
 */
export function conserved(ledger: LedgerSnapshot | undefined, made: number | undefined, taken: number): Check[] {
  if (ledger === undefined) return [claim('I4', 'the application has a ledger', false, 'none')];
  const { accepted, unconfirmed, ended } = ledger;
  const missing = unaccounted(ledger);
  return [
    claim(
      'I4',
      'every span that ended is on one page of the ledger: lost − counted = 0',
      missing === 0 && (made === undefined || made === ended),
      `${made ?? ended} made; ${pagesOf(ledger)}; difference ${(made ?? ended) - ended + missing}`,
    ),
    claim(
      'I4',
      'accepted ≤ spans at the sink ≤ accepted + unconfirmed',
      accepted <= taken && taken <= accepted + unconfirmed,
      `${accepted} ≤ ${taken} ≤ ${accepted + unconfirmed}`,
    ),
  ];
}
