import { setTimeout as sleep } from 'node:timers/promises';
import { type Sink, startSink } from '@vigil-internal/otlp-sink';
import { BedApplication } from '../../bed/application/bed-application.ts';
import { unanswered } from '../../bed/life.ts';
import { loadWindow } from '../../bed/load-window.ts';
import type { Check, FaultRow, RowContext, RowOutcome } from '../../row.ts';

const PROCESSES = 8;
/** Requests a second to each: together they are no load for a machine of two cores. */
const RATE = 20;
const STEADY_MILLIS = 10_000;
const AWAY_MILLIS = 20_000;
/** The longest wait between two probes, its jitter, and a second. */
const RECOVERY_SECONDS = 37;
const AFTER_MILLIS = 5_000;
const PEAK_FACTOR = 2;
const SECOND_MILLIS = 1_000;

/** What the sink had from each application. */
interface Fleet {
  readonly applications: readonly BedApplication[];
  readonly sink: Sink;
  readonly context: RowContext;
}

/** Most requests in any second from … to, by the wall clock of the sink. */
function peakOf(times: readonly number[], from: number, to: number): number {
  const within = times.filter((time) => time >= from && time < to).sort((one, other) => one - other);
  let peak = 0;
  for (let first = 0, last = 0; last < within.length; last += 1) {
    while ((within[last] ?? 0) - (within[first] ?? 0) >= SECOND_MILLIS) first += 1;
    peak = Math.max(peak, last - first + 1);
  }
  return peak;
}

/** Waits until the sink has spans of every application that it had not before; resolves to the seconds that took. */
async function untilAllDeliver({ sink, applications, context }: Fleet, before: Readonly<Record<string, number>>) {
  const startedMillis = performance.now();
  for (;;) {
    const { services } = await sink.tally();
    const seconds = (performance.now() - startedMillis) / SECOND_MILLIS;
    if (applications.every(({ options: { name } }) => (services[name] ?? 0) > (before[name] ?? 0))) return seconds;
    if (seconds > 2 * RECOVERY_SECONDS) return Number.POSITIVE_INFINITY;
    await sleep(100, undefined, { signal: context.signal });
  }
}

async function loseAndRegain(fleet: Fleet): Promise<RowOutcome> {
  const { sink, applications, context } = fleet;
  const { signal, progress } = context;
  const end = new AbortController();
  const any = AbortSignal.any([signal, end.signal]);
  const loads = applications.map((one) => loadWindow(one, 600_000, any, RATE).catch(() => undefined));
  try {
    progress(`${PROCESSES} processes deliver`);
    await untilAllDeliver(fleet, {});
    const steadyFrom = Date.now();
    await sleep(STEADY_MILLIS, undefined, { signal });
    const awayFrom = Date.now();
    await sink.kill();
    progress('the sink is gone');
    await sleep(AWAY_MILLIS, undefined, { signal });
    await sink.restart();
    const backFrom = Date.now();
    progress('the sink is back');
    const seconds = await untilAllDeliver(fleet, (await sink.tally()).services);
    await sleep(AFTER_MILLIS, undefined, { signal });
    const times = (await sink.report()).requests.map(({ atMillis }) => atMillis);
    const steady = peakOf(times, steadyFrom, awayFrom);
    const peak = peakOf(times, backFrom, Date.now());
    end.abort();
    await Promise.all(loads);
    const account = context.subject === 'vigil' ? [await accountOf(fleet)] : [];
    return {
      checks: [...judge({ steady, peak, seconds }), ...account],
      figures: { 'steady peak, requests/s': steady, 'peak after, requests/s': peak, 'all deliver after, s': seconds },
    };
  } finally {
    end.abort();
  }
}

function judge({ steady, peak, seconds }: { steady: number; peak: number; seconds: number }): Check[] {
  return [
    {
      invariant: 'I5',
      claim: `most requests in a second after its return at most ${PEAK_FACTOR} times those of steady traffic`,
      verdict: peak <= PEAK_FACTOR * steady ? 'held' : 'broken',
      seen: `${peak}, steady ${steady}`,
    },
    {
      invariant: 'I6',
      claim: `all ${PROCESSES} deliver again within ${RECOVERY_SECONDS} s`,
      verdict: seconds <= RECOVERY_SECONDS ? 'held' : 'broken',
      seen: Number.isFinite(seconds) ? `${seconds.toFixed(1)} s` : 'not all',
    },
  ];
}

/** Ends them all and compares each ledger with what the sink has of it. */
async function accountOf({ applications, sink }: Fleet): Promise<Check> {
  await Promise.all(applications.map((one) => one.stop()));
  const { services, spans } = await sink.tally();
  const wrong = applications.filter(({ options: { name }, now: { ledger } }) => {
    const unique = services[name] ?? 0;
    return ledger === undefined || unique < ledger.accepted || unique > ledger.accepted + unanswered(ledger);
  });
  const accepted = applications.reduce((sum, { now }) => sum + (now.ledger?.accepted ?? 0), 0);
  return {
    invariant: 'I4',
    claim: 'of each: accepted ≤ spans at the sink ≤ accepted + unconfirmed',
    verdict: wrong.length === 0 && spans.altered === 0 ? 'held' : 'broken',
    seen: `${wrong.length} of ${PROCESSES} ledgers are wrong; ${accepted} accepted, ${spans.unique} at the sink`,
  };
}

/** F41: a fleet loses its backend and finds it again, all at the same moment. */
export const fleetRow: FaultRow = {
  id: 'F41',
  fault: `${PROCESSES} processes lose and regain their backend together (killed for ${AWAY_MILLIS / SECOND_MILLIS} s)`,
  load: `${RATE} requests a second to each, every span exported`,
  expected: 'their probes are jittered: no herd at its return',
  needs: [],
  subjects: ['vigil', 'upstream', 'dd-trace'],
  inSelection: false,
  typicalSeconds: 80,
  async run(context) {
    const sink = await startSink();
    const applications: BedApplication[] = [];
    try {
      const route = { url: sink.url, close: async () => undefined };
      for (let number = 1; number <= PROCESSES; number += 1) {
        const name = `fleet-${number}`;
        applications.push(await BedApplication.start({ subject: context.subject, name, route, onSigterm: 'drain' }));
      }
      return await loseAndRegain({ applications, sink, context });
    } finally {
      await Promise.all(applications.map((one) => one.dispose()));
      await sink.close();
    }
  },
};
