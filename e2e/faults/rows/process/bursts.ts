import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { runApplication, VIGIL } from './application-run.ts';
import { claim } from './claim.ts';
import { collectorEnvironment, startCollector } from './collector.ts';
import { conserved, lostOf } from './conservation.ts';
import { processRow } from './process-row.ts';

interface Burst {
  readonly id: string;
  readonly fault: string;
  readonly spans: number;
  readonly seconds: number;
  /** The default ring holds this much whatever happens. */
  readonly arriveAtLeast: number;
  readonly inSelection: boolean;
}

async function burst({ spans, seconds, arriveAtLeast }: Burst, context: RowContext): Promise<RowOutcome> {
  const collector = await startCollector();
  try {
    const run = await runApplication({
      application: 'burst.mjs',
      preload: VIGIL,
      flags: ['--expose-gc'],
      env: { SPANS: `${spans}`, SECONDS: `${seconds}`, ...collectorEnvironment(collector, 'burst') },
      folder: context.folder,
      signal: context.signal,
      patienceMillis: 90_000,
    });
    context.progress(`${run.status} ${run.stderr.trim()}`);
    const { ledger, told } = run;
    const taken = await collector.spansOf('burst');
    const number = (name: string) => Number(told[name]?.at(-1) ?? Number.NaN);
    const lost = ledger === undefined ? 0 : lostOf(ledger);
    return {
      checks: [
        claim('I1', 'the application ends as it would: exit 0', run.status === 'exit 0', run.status),
        ...conserved(ledger, spans + 1, taken),
        claim('I4', 'what is lost was queue_full', lost === (ledger?.lost.queue_full ?? 0), `${lost}`),
        claim('I4', `at least ${arriveAtLeast} arrive`, taken >= arriveAtLeast, `${taken}`),
        claim(
          'I3',
          'at most 40 MiB more are resident at the end than before',
          number('rssAfterMib') - number('rssBeforeMib') <= 40,
          `${Math.round(number('rssAfterMib') - number('rssBeforeMib'))} MiB`,
        ),
      ],
      figures: {
        'spans that arrived': taken,
        'spans counted as lost': lost,
        'µs for each span, started and ended': Number((number('burstMillis') / (spans / 1_000)).toFixed(2)),
        'longest event loop delay after the burst (ms)': Number(number('stallMillis').toFixed(1)),
      },
    };
  } finally {
    await collector.close();
  }
}

const BURSTS_OF: readonly Burst[] = [
  {
    id: 'F27 one tick',
    fault: '100,000 spans in one tick',
    spans: 100_000,
    seconds: 0,
    arriveAtLeast: 20_000,
    inSelection: true,
  },
  {
    id: 'F27 ten seconds',
    fault: '1,000,000 spans over 10 s',
    spans: 1_000_000,
    seconds: 10,
    arriveAtLeast: 200_000,
    inSelection: false,
  },
];

export const BURSTS: readonly FaultRow[] = BURSTS_OF.map((one) =>
  processRow({
    id: one.id,
    fault: one.fault,
    load: `${one.spans} spans of 5 attributes, everything exported, default ring`,
    expected: 'delivered + counted = all of them, exactly; memory stays bounded',
    inSelection: one.inSelection,
    typicalSeconds: one.seconds + 6,
    run: (context) => burst(one, context),
  }),
);
