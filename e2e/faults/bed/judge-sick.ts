import type { Check, Effort } from '../row.ts';
import { judgeLoop, judgeP99, judgeThroughput } from './judge-times.ts';
import { unaccounted, unanswered } from './life.ts';
import type { SickBounds } from './sick-backend.ts';
import { endText } from './sick-figures.ts';
import type { Life, SickLife, SickReading, SideReading } from './sick-reading.ts';

const SOCKETS_MOST = 2;
/** Two applications with healthy backends were 36 MiB apart: what V8 keeps depends on what they served, and when. */
const RSS_NOISE_MIB = 40;
/** One line per cause in this time, less what a timer may be early and a pipe late. */
const LINE_GAP_MILLIS = 9_500;

type Verdict = Check['verdict'];
const held = (isHeld: boolean): Verdict => (isHeld ? 'held' : 'broken');

/** Every claim that holds for any fault of a backend. */
export function judgeSick(seen: SickReading, bounds: SickBounds, effort: Effort): Check[] {
  return [
    ...judgeRequests(seen),
    judgeThroughput(seen, effort),
    judgeP99(seen, effort),
    judgeLoop(seen, effort),
    judgeMemory(seen, bounds, effort),
    judgeSockets(seen),
    judgeLines(seen.sick),
    judgeBudget(seen, bounds),
    ...judgeRecovery(seen, bounds),
    ...judgeLife('the life that saw it heal', seen.first),
    ...seen.ended.flatMap((one) => [
      ...judgeEnd(one, bounds),
      ...judgeLife(`the life that ended with it (at SIGTERM: ${one.onSigterm})`, one.life),
    ]),
  ];
}

function judgeRequests({ pairs }: SickReading): Check[] {
  const [sick, healthy] = (['sick', 'healthy'] as const).map((side) =>
    pairs.reduce((sum, pair) => sum + pair[side].errors, 0),
  );
  const served = pairs.reduce((sum, { sick: { requests } }) => sum + requests, 0);
  return [
    {
      invariant: 'I1',
      claim: 'no request of the application fails',
      verdict: held(sick === 0 && served > 0),
      seen: `${sick} of ${served} failed, ${healthy} with a healthy backend`,
    },
  ];
}

function judgeMemory({ sick, healthy }: SickReading, { rssMib }: SickBounds, { judgesTimes }: Effort): Check {
  const more = sick.rssMib - healthy.rssMib;
  const doubt: Verdict = judgesTimes ? 'undecided' : 'held';
  return {
    invariant: 'I3',
    claim: `resident memory at most ${rssMib} MiB above that with a healthy backend`,
    verdict: more <= rssMib ? 'held' : more <= rssMib + RSS_NOISE_MIB ? doubt : 'broken',
    seen: `${sick.rssMib.toFixed(0)} MiB, healthy ${healthy.rssMib.toFixed(0)}`,
  };
}

function judgeSockets({ sick, healthy }: SickReading): Check {
  return {
    invariant: 'I3',
    claim: `at most ${SOCKETS_MOST} sockets to the backend at a time, and no thread more than with a healthy one`,
    verdict: held(sick.sockets <= SOCKETS_MOST && sick.threads <= healthy.threads),
    seen: `${sick.sockets} sockets, ${sick.threads} threads; healthy ${healthy.sockets} and ${healthy.threads}`,
  };
}

/** One line per cause in 10 s is enough to be told. */
export function judgeLines({ lines }: SideReading): Check {
  const tooSoon = [...lines].flatMap(([cause, times]) =>
    times.some((time, index) => index > 0 && time - (times[index - 1] ?? 0) < LINE_GAP_MILLIS) ? [cause] : [],
  );
  const written = [...lines.values()].reduce((sum, times) => sum + times.length, 0);
  return {
    invariant: 'I3',
    claim: 'at most one log line per cause in 10 s',
    verdict: held(tooSoon.length === 0),
    seen: `${written} lines of ${lines.size} causes${tooSoon.length === 0 ? '' : `; too often: ${tooSoon[0]?.slice(0, 120)}`}`,
  };
}

function judgeBudget({ sick, healthy, sickSeconds }: SickReading, bounds: SickBounds): Check {
  const allowed = bounds.requests(sickSeconds, healthy.requests);
  return {
    invariant: 'I5',
    claim: `at most ${allowed} requests to the sick side in ${sickSeconds.toFixed(0)} s`,
    verdict: held(sick.requests <= allowed),
    seen: `${sick.requests}, that is ${((sick.requests / sickSeconds) * 60).toFixed(0)} a minute; healthy ${healthy.requests}`,
  };
}

function judgeRecovery({ recoverySeconds, first: { ledger } }: SickReading, bounds: SickBounds): Check[] {
  if (recoverySeconds === undefined) return [];
  const recovers: Check = {
    invariant: 'I6',
    claim: `delivers again within ${bounds.recoverySeconds} s of healing`,
    verdict: held(recoverySeconds <= bounds.recoverySeconds),
    seen: Number.isFinite(recoverySeconds) ? `${recoverySeconds.toFixed(1)} s` : 'not in 90 s',
  };
  if (ledger === undefined) return [recovers];
  const waiting = ledger.queued + ledger.inflight;
  return [
    recovers,
    {
      invariant: 'I6',
      claim: 'the breaker is closed and the queue empty before it stops',
      verdict: held(ledger.breaker === 'closed' && waiting === 0),
      seen: `${ledger.breaker}, ${waiting} spans wait`,
    },
  ];
}

function judgeEnd({ onSigterm, life: { end }, bareEnd }: SickLife, bounds: SickBounds): Check[] {
  const who =
    onSigterm === 'drain' ? 'an application that closes its server at SIGTERM' : 'one that leaves SIGTERM alone';
  return [
    {
      invariant: 'I8',
      claim: `${who} is gone ${bounds.stopSeconds} s after it while it is sick`,
      verdict: held(end.seconds <= bounds.stopSeconds && !end.killed),
      seen: end.killed ? `still there after ${end.seconds.toFixed(0)} s` : `${end.seconds.toFixed(2)} s`,
    },
    {
      invariant: 'I1',
      claim: `${who} ends as it does without telemetry: ${endText(bareEnd)}`,
      verdict: held(endText(end) === endText(bareEnd)),
      seen: endText(end),
    },
  ];
}

function judgeLife(name: string, life: Life): Check[] {
  const { ended, expected, ledger, unique, altered, backwards, counted, unbalanced, served } = life;
  const missing = unaccounted(life);
  const account: Check = {
    invariant: 'I4',
    claim: `${name}: spans lost − spans counted = 0`,
    verdict: held(missing === 0 && altered === 0 && backwards === 0 && ended === expected),
    seen: `${ended} ended (${served} requests make ${expected}), ${unique} at the sink, ${counted} counted, ${missing} unaccounted for, ${altered} came back with other bytes, ${backwards} ended before they began`,
  };
  if (ledger === undefined) return [account];
  const most = ledger.accepted + unanswered(ledger);
  return [
    account,
    {
      invariant: 'I4',
      claim: `${name}: accepted ≤ spans at the sink ≤ accepted + unconfirmed, and its ledger adds up whenever it is read`,
      verdict: held(ledger.accepted <= unique && unique <= most && unbalanced === 0),
      seen: `${ledger.accepted} ≤ ${unique} ≤ ${most}; ${unbalanced} readings did not add up`,
    },
  ];
}
