import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { runApplication, WITHOUT } from './application-run.ts';
import { claim, none, withinMillis } from './claim.ts';
import { collectorEnvironment, startCollector } from './collector.ts';
import { conserved } from './conservation.ts';
import { processRow } from './process-row.ts';

const MANNERS = ['throw', 'throw nothing', 'reject', 'never', 'recurse', 'slow'] as const;
const SPANS = 500;

async function runHooks(manner: (typeof MANNERS)[number], context: RowContext): Promise<RowOutcome> {
  const collector = await startCollector();
  try {
    const run = await runApplication({
      application: 'hooks.mjs',
      preload: WITHOUT,
      env: { MANNER: manner, SPANS: `${SPANS}`, ...collectorEnvironment(collector, 'hooks') },
      folder: context.folder,
      signal: context.signal,
    });
    context.progress(`${run.status} ${run.stderr.trim().slice(0, 500)}`);
    const taken = await collector.spansOf('hooks');
    const lines = run.stderr.split('\n').filter((line) => line !== '');
    const thrown = (run.told.thrown ?? []).map(String);
    return {
      checks: [
        claim('I1', 'the application ends as it would: exit 0', run.status === 'exit 0', run.status),
        none('I1', 'nothing reaches the application', thrown, Number(run.told.calls?.at(-1))),
        ...conserved(run.ledger, undefined, taken),
        claim('I4', `all ${SPANS} spans of the application arrive`, taken >= SPANS, `${taken}`),
        claim('I3', 'at most 12 lines on stderr', lines.length <= 12, `${lines.length}`),
        withinMillis('I8', 'natural end', run.millisToEnd, 600),
      ],
      figures: { 'calls of hooks': Number(run.told.calls?.at(-1)), 'lines on stderr': lines.length },
    };
  } finally {
    await collector.close();
  }
}

export const HOSTILE_HOOKS: readonly FaultRow[] = MANNERS.map((manner) =>
  processRow({
    id: `F30 ${manner}`,
    fault: `the application’s own processors, observable callbacks, diagnostic logger and carriers: ${manner}`,
    load: `${SPANS} spans, one log record, one gauge`,
    expected: 'isolated: nothing reaches the application, its spans are delivered',
    inSelection: manner === 'throw',
    typicalSeconds: 3,
    run: (context) => runHooks(manner, context),
  }),
);
