import { HEALTHY, type SinkStep } from '@vigil-internal/otlp-sink';
import type { Route } from '../../bed/backend.ts';
import type { SickBackend, SickBounds } from '../../bed/sick-backend.ts';
import { sickBackendRow } from '../../bed/sick-backend-row.ts';
import type { SickReading } from '../../bed/sick-reading.ts';
import type { Check, FaultRow, Invariant } from '../../row.ts';

/** A row whose fault is what the sink does with every request: from the fault on this step, healed by answering again. */
export function sickAnswerRow(
  step: SinkStep | (() => SinkStep),
  row: Omit<SickBackend<Route>, 'sicken' | 'heal'>,
): FaultRow {
  return sickBackendRow({
    ...row,
    sicken: ({ sink }) => sink.behave(typeof step === 'function' ? step() : step),
    heal: ({ sink }) => sink.behave(HEALTHY),
  });
}

/** While nothing is taken: three attempts of each of three signals before the breaker opens, then one probe in 4 s at most. */
export const PROBES_ONLY: Pick<SickBounds, 'requests'> = { requests: (sickSeconds) => 9 + Math.ceil(sickSeconds / 4) };

/** A path that refuses all we send is tried again after a minute and a fifth; three signals, each in its lane. */
export const SLOW_PROBE: Partial<SickBounds> = {
  requests: (sickSeconds) => 9 + 3 * Math.ceil(sickSeconds / 48),
  recoverySeconds: 73,
};

/** A claim about Vigil's own ledger; other subjects have none, and nothing is claimed about them. */
export function ledgerClaim(
  invariant: Invariant,
  claim: string,
  judge: (ledger: NonNullable<SickReading['first']['ledger']>) => { readonly held: boolean; readonly seen: string },
): (seen: SickReading) => readonly Check[] {
  return ({ first: { ledger } }) => {
    if (ledger === undefined) return [];
    const { held, seen } = judge(ledger);
    return [{ invariant, claim, verdict: held ? 'held' : 'broken', seen }];
  };
}

/** What was lost, by reason, without the reasons that cost nothing. */
export const lossesOf = ({ lost }: { readonly lost: Readonly<Record<string, number>> }): string =>
  Object.entries(lost)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ') || 'nothing lost';

/** For faults that are none of the backend's: nothing is lost, and nothing speaks against the origin. */
export const undisturbed = ledgerClaim('I4', 'nothing is lost and the breaker never opened', (ledger) => ({
  held: Object.values(ledger.lost).every((count) => count === 0) && ledger.breakerOpened === 0,
  seen: `${lossesOf(ledger)}, ${ledger.unconfirmed} unconfirmed, breaker opened ${ledger.breakerOpened} times`,
}));
