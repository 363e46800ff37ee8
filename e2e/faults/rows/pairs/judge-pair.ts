import { judgeLines } from '../../bed/judge-sick.ts';
import { unaccounted, unanswered } from '../../bed/life.ts';
import { endText } from '../../bed/sick-figures.ts';
import type { ApplicationEnd, Life, LoadWindow, SideReading } from '../../bed/sick-reading.ts';
import type { Check, RowOutcome } from '../../row.ts';

export interface PairReading {
  readonly window: LoadWindow;
  readonly side: SideReading;
  readonly life: Life;
  readonly bareEnd: ApplicationEnd;
}

const SOCKETS_MOST = 2;
const STOP_SECONDS_MOST = 2.5;
const RSS_MIB_MOST = 200;

const claim = (invariant: Check['invariant'], text: string, isHeld: boolean, seen: string): Check => ({
  invariant,
  claim: text,
  verdict: isHeld ? 'held' : 'broken',
  seen,
});

/** What must hold whatever two things happen to an application. */
export function judgePair({ window, side, life, bareEnd }: PairReading): RowOutcome {
  const { ledger, unique, unbalanced, altered, end, ended } = life;
  const missing = unaccounted(life);
  const accepted = ledger?.accepted ?? Number.NaN;
  const most = accepted + unanswered(ledger);
  const checks = [
    claim('I1', 'no request of the application fails', window.errors === 0, `${window.errors} of ${window.requests}`),
    claim('I1', `ends as without telemetry: ${endText(bareEnd)}`, endText(end) === endText(bareEnd), endText(end)),
    claim(
      'I8',
      `gone ${STOP_SECONDS_MOST} s after SIGTERM`,
      end.seconds <= STOP_SECONDS_MOST,
      `${end.seconds.toFixed(2)} s`,
    ),
    claim('I3', `at most ${SOCKETS_MOST} sockets to the backend`, side.sockets <= SOCKETS_MOST, `${side.sockets}`),
    claim('I3', `at most ${RSS_MIB_MOST} MiB resident`, side.rssMib <= RSS_MIB_MOST, `${side.rssMib.toFixed(0)} MiB`),
    judgeLines(side),
    claim(
      'I4',
      'spans lost − spans counted = 0, and the ledger adds up whenever it is read',
      missing === 0 && unbalanced === 0 && altered === 0 && ledger !== undefined,
      `${ended} ended, ${unique} at the sink, ${life.counted} counted, ${missing} unaccounted for, ${unbalanced} readings did not add up`,
    ),
    claim(
      'I4',
      'accepted ≤ spans at the sink ≤ accepted + unconfirmed',
      accepted <= unique && unique <= most,
      `${accepted} ≤ ${unique} ≤ ${most}`,
    ),
  ];
  return {
    checks,
    figures: {
      'stop s': Math.round(end.seconds * 1_000) / 1_000,
      'requests to the sick side': side.requests,
      'spans ended': ended,
      'spans at the sink': unique,
      'spans counted as lost': life.counted,
      'spans lost − counted': missing,
    },
  };
}
