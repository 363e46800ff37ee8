import type { Check, RowContext, RowOutcome } from '../../row.ts';
import { APPLICATIONS, type ApplicationRun, runApplication, VIGIL } from './application-run.ts';
import { claim, withinMillis } from './claim.ts';
import { collectorEnvironment, startCollector } from './collector.ts';
import { conserved, lostOf, pagesOf } from './conservation.ts';
import { processRow } from './process-row.ts';

/** Sees the export workers before Vigil starts them. */
export const WATCHED = ['--import', `file://${APPLICATIONS}/watched-workers.mjs`, ...VIGIL] as const;

interface Death {
  readonly id: string;
  readonly fault: string;
  readonly expected: string;
  readonly env: Readonly<Record<string, string>>;
  /** Workers in all. */
  readonly workers: number;
  /** Lines that say that a worker ended. */
  readonly ends: number;
  readonly also?: (run: ApplicationRun) => readonly Check[];
  readonly inSelection?: boolean;
}

const RATE = 2_000;
const SECONDS = 4;

async function die(death: Death, context: RowContext): Promise<RowOutcome> {
  // Slow enough that there is always a batch in hand.
  const collector = await startCollector({ kind: 'answer', delayMillis: 60 });
  try {
    const run = await runApplication({
      application: 'loaded.mjs',
      preload: WATCHED,
      folder: context.folder,
      env: {
        RATE: `${RATE}`,
        SECONDS: `${SECONDS}`,
        WORKER_ENDS: `${death.ends}`,
        RECOVERS: death.also === recovers ? 'yes' : '',
        ...death.env,
        ...collectorEnvironment(collector, 'loaded'),
      },
      patienceMillis: 60_000,
      signal: context.signal,
    });
    context.progress(run.stderr.trim());
    const taken = await collector.spansOf('loaded');
    const said = run.stderr.match(/the export worker ended \(/g)?.length ?? 0;
    const lines = run.stderr.split('\n').filter((line) => line !== '');
    const { ledger } = run;
    return {
      checks: [
        claim('I1', 'the application ends as it would: exit 0', run.status === 'exit 0', run.status),
        claim(
          'I1',
          'nothing but Vigil’s own lines on stderr',
          lines.every((line) => line.startsWith('vigil')),
          lines.find((line) => !line.startsWith('vigil')) ?? 'none',
        ),
        ...conserved(ledger, told(run, 'made'), taken),
        claim(
          'I6',
          `${death.workers} workers in all: a new one for each of ${death.ends} that ended`,
          told(run, 'workers') === death.workers && told(run, 'workersEnded') === death.ends,
          `${told(run, 'workers')}, of which ${told(run, 'workersEnded')} ended`,
        ),
        claim(
          'I3',
          death.ends === 0 ? 'nothing to say' : `at least one line says so, at most one for each of ${death.ends} ends`,
          death.ends === 0 ? lines.length === 0 : said >= 1 && said <= death.ends,
          `${said} of ${lines.length} lines`,
        ),
        withinMillis('I8', 'natural end', run.millisToEnd, 600),
        ...(death.also?.(run) ?? []),
      ],
      figures: {
        'spans made': told(run, 'made'),
        accepted: ledger?.accepted ?? 0,
        unconfirmed: ledger?.unconfirmed ?? 0,
        lost: ledger === undefined ? 0 : lostOf(ledger),
        'longest event loop delay (ms)': Math.round(told(run, 'loopDelayMaximumMillis')),
        'RSS (MiB)': Math.round(told(run, 'rssMib')),
      },
    };
  } finally {
    await collector.close();
  }
}

const told = (run: ApplicationRun, name: string): number => Number(run.told[name]?.at(-1) ?? Number.NaN);

/** After the last new worker the spans go on being accepted: no more than a batch or two of each dead one is in doubt. */
const recovers = (run: ApplicationRun): Check[] => [
  claim(
    'I6',
    'spans are accepted after the last worker that ended',
    told(run, 'acceptedSinceLastEnd') > 0,
    `${told(run, 'acceptedSinceLastEnd')} of ${told(run, 'made')}`,
  ),
  claim(
    'I4',
    'in doubt or lost is what a worker had in hand, and what the ring had no room for meanwhile',
    run.ledger !== undefined && lostOf(run.ledger) === run.ledger.lost.worker_crash + run.ledger.lost.queue_full,
    run.ledger === undefined ? 'no ledger' : pagesOf(run.ledger),
  ),
];

const faulty = (fault: string, count: number) => ({ WORKER_FAULT: fault, FAULTY_WORKERS: `${count}` });
const goesOn = 'a new worker each time; the ring survives; only the batch in hand is in doubt';

const DEATHS: readonly Death[] = [
  {
    id: 'F19 terminated',
    fault: 'the export worker is terminated three times',
    expected: goesOn,
    env: { TERMINATE_EVERY: '900', TERMINATIONS: '3' },
    workers: 4,
    ends: 3,
    also: recovers,
    inSelection: true,
  },
  {
    id: 'F19 throws',
    fault: 'an exception in the export worker, three times',
    expected: goesOn,
    env: faulty('throw', 3),
    workers: 4,
    ends: 3,
    also: recovers,
  },
  {
    id: 'F19 rejects',
    fault: 'an unhandled rejection in the export worker, three times',
    expected: goesOn,
    env: faulty('reject', 3),
    workers: 4,
    ends: 3,
    also: recovers,
  },
  {
    id: 'F19 exits',
    fault: '`process.exit(3)` in the export worker, three times',
    expected: goesOn,
    env: faulty('exit', 3),
    workers: 4,
    ends: 3,
    also: recovers,
  },
  {
    id: 'F19 parks',
    fault: 'the export worker is terminated a fourth time within a minute',
    expected: 'no new one until the minute is over; what waits is counted at the end',
    env: { TERMINATE_EVERY: '700', TERMINATIONS: '4' },
    workers: 4,
    ends: 4,
    also: ({ ledger, stderr }) => [
      claim(
        'I4',
        'what waited in the ring is counted as shutdown_deadline',
        (ledger?.lost.shutdown_deadline ?? 0) > 0,
        ledger === undefined ? '' : pagesOf(ledger),
      ),
      claim('I3', 'says once that it waits', /ended too often, the next one starts in \d+ s/.test(stderr), 'said'),
    ],
  },
  {
    id: 'F19 spins',
    fault: 'the export worker never returns from a loop',
    expected: 'the application does not notice; the ring fills and is counted; the end waits 500 ms at most',
    env: faulty('spin', 1),
    workers: 1,
    ends: 0,
  },
  {
    id: 'F20 out of memory',
    fault: 'the export worker runs out of its 64 MB, twice',
    expected: goesOn,
    env: faulty('memory', 2),
    workers: 3,
    ends: 2,
    also: recovers,
  },
];

export const WORKER_DIES = DEATHS.map((death) =>
  processRow({
    id: death.id,
    fault: death.fault,
    load: `${RATE} spans/s for ${SECONDS} s, every answer after 60 ms`,
    expected: death.expected,
    inSelection: death.inSelection ?? false,
    typicalSeconds: SECONDS + 2,
    run: (context) => die(death, context),
  }),
);
