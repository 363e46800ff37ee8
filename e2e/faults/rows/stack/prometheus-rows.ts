import { closeSync, openSync, readdirSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultRow } from '../../row.ts';
import { type AlertStage, alertRow } from './alert-row.ts';
import { alertIs, heldAlerts } from './bed/alerts.ts';
import { judge, rounded } from './bed/judgement.ts';
import { SignalSender } from './bed/signal-sender.ts';
import { storedItems } from './bed/stored.ts';
import { pause, until } from './bed/waiting.ts';

/** What telemetryDown is as shipped. */
const HOLD_SECONDS = 60;
const WAITED_SECONDS = 45;
/** After a restart no alert fires sooner than this: scrapes must have come. */
const GRACE_SECONDS = 30;
/** Prometheus writes its log ahead in segments of 128 MiB and pages of 32 KiB. */
const PAGE = 32_768;

/** The newest segment of the log ahead. */
function newestSegment(folder: string): string {
  const [newest] = readdirSync(join(folder, 'wal'))
    .filter((name) => /^\d+$/.test(name))
    .sort()
    .reverse();
  if (newest === undefined) throw new Error(`no segment in ${folder}/wal`);
  return join(folder, 'wal', newest);
}

const DAMAGES = [
  {
    word: 'cut',
    what: 'the last 64 KiB of its log ahead are gone, as after a power cut',
    make: (path: string) => truncateSync(path, Math.max(0, statSync(path).size - 2 * PAGE)),
  },
  {
    word: 'damaged',
    what: 'one page in the middle of its log ahead is overwritten',
    make: (path: string) => {
      const file = openSync(path, 'r+');
      const middle = Math.floor(statSync(path).size / 2 / PAGE) * PAGE;
      writeSync(file, Buffer.alloc(PAGE, 0xa5), 0, PAGE, middle);
      closeSync(file);
    },
  },
] as const;

/** Sends samples, damages the log ahead of a killed Prometheus and sees what is left. */
async function damagedLog({ context, bed, checks, figures }: AlertStage, make: (path: string) => void): Promise<void> {
  const from = Date.now();
  await bed.start('prometheus', 'collector');
  const sender = new SignalSender(bed.urls.otlp);
  await pause(25, context.signal);
  await sender.stop();
  const accepted = sender.ledgers.metrics.accepted;
  const allThere = async (ids: ReadonlySet<string>): Promise<true | undefined> => {
    const stored = await storedItems(bed.urls, 'metrics', from);
    return [...ids].every((id) => stored.has(id)) ? true : undefined;
  };
  await until('every point is in Prometheus', 60, context.signal, () => allThere(accepted));
  await bed.program('prometheus').end('SIGKILL');
  make(newestSegment(bed.data('prometheus')));
  figures['start s'] = rounded(await bed.program('prometheus').start());
  const stored = await storedItems(bed.urls, 'metrics', from);
  const times = (ids: Iterable<string>) => [...ids].map((id) => Number(id.split('@')[1]));
  const lost = [...accepted].filter((id) => !stored.has(id));
  const newestKept = Math.max(...times(stored));
  const holes = times(lost).filter((time) => time <= newestKept).length;
  figures['points lost'] = lost.length;
  figures['points accepted'] = accepted.size;
  figures['seconds lost'] = rounded(
    lost.length === 0 ? 0 : (Math.max(...times(lost)) - Math.min(...times(lost))) / 1_000,
  );
  figures.corruptions = await bed.metric('prometheus', 'prometheus_tsdb_wal_corruptions_total');
  checks.push(
    judge(
      'I6',
      'it starts and repairs its log ahead by itself',
      true,
      `ready after ${figures['start s']} s, ${figures.corruptions} corruptions counted`,
    ),
    judge(
      'I4',
      'what is lost is a tail: no point older than the newest one kept is missing',
      holes === 0,
      `${lost.length} of ${accepted.size} points lost, ${holes} of them older than the newest kept`,
    ),
  );
  const { seconds } = await alertIs(bed.urls, 'firing', 'Watchdog', 60, context.signal);
  const again = new SignalSender(bed.urls.otlp);
  await pause(3, context.signal);
  await again.stop();
  const fresh = await until('new points arrive', 60, context.signal, () => allThere(again.ledgers.metrics.accepted));
  checks.push(
    judge(
      'I6',
      'rules are evaluated and new points are kept',
      true,
      `Watchdog fires after ${rounded(seconds)} s, new points after ${rounded(fresh.seconds)} s`,
    ),
  );
}

/** An alert that waits, or fires, when Prometheus is killed. */
async function resume({ context, bed, pager, checks, figures }: AlertStage): Promise<void> {
  const { signal } = context;
  // The collector is never started: CollectorDown begins to wait at once.
  await bed.start('alertmanager', 'prometheus');
  await alertIs(bed.urls, 'pending', 'CollectorDown', 30, signal);
  const began = performance.now();
  const since = () => rounded((performance.now() - began) / 1_000);
  await pause(WAITED_SECONDS, signal);
  await bed.program('prometheus').end('SIGKILL');
  await pause(3, signal);
  await bed.start('prometheus');
  await alertIs(bed.urls, 'firing', 'CollectorDown', 3 * HOLD_SECONDS, signal);
  figures['fired after s'] = since();
  const limit = HOLD_SECONDS + GRACE_SECONDS;
  checks.push(
    judge(
      'I10',
      `an alert that had waited ${WAITED_SECONDS} of ${HOLD_SECONDS} s fires within ${limit} s of its beginning in spite of the restart`,
      Number(figures['fired after s']) <= limit,
      `after ${figures['fired after s']} s`,
    ),
  );
  await until('the page', 90, signal, async () => (pager.pages('CollectorDown').length > 0 ? true : undefined));
  await bed.program('prometheus').end('SIGKILL');
  await bed.start('prometheus');
  const restarted = performance.now();
  const seen: string[] = [];
  await until('it fires again', 3 * HOLD_SECONDS, signal, async () => {
    const [alert] = await heldAlerts(bed.urls, 'CollectorDown');
    if (alert !== undefined && seen.at(-1) !== alert.state) seen.push(alert.state);
    return alert?.state === 'firing' ? true : undefined;
  });
  const seconds = rounded((performance.now() - restarted) / 1_000);
  figures['firing again after s'] = seconds;
  checks.push(
    judge(
      'I10',
      'an alert that fired fires again within 20 s of a restart',
      seconds <= 20,
      `after ${seconds} s: ${seen.join(', ')}`,
    ),
    judge(
      'I10',
      'nobody is told that it was resolved',
      pager.pages('CollectorDown', 'resolved').length === 0,
      `${pager.pages('CollectorDown', 'resolved').length} messages`,
    ),
  );
}

/** Faults of Prometheus beyond those of a store. */
export const PROMETHEUS_ROWS: readonly FaultRow[] = [
  alertRow({
    id: 'F45 alerts resume',
    fault: 'Prometheus is killed with SIGKILL while an alert waits for its time, and again while it fires',
    expected: 'Waiting goes on where it was; what fired fires again; nobody hears a false end',
    typicalSeconds: 120,
    options: {
      alerting: { hold: { serviceAbsent: '5s', telemetryDown: `${HOLD_SECONDS}s`, telemetryDegraded: '10s' } },
    },
    run: resume,
  }),
  ...DAMAGES.map(({ word, what, make }) =>
    alertRow({
      id: `F45 log ${word}`,
      fault: `Prometheus is killed with SIGKILL and ${what}`,
      expected: 'It starts by itself; what is lost is the end of the log and nothing before it',
      typicalSeconds: 60,
      run: (stage) => damagedLog(stage, make),
    }),
  ),
];
