import type { Check, RowContext, RowOutcome } from '../../row.ts';
import { type ApplicationRun, runApplication, VIGIL, WITHOUT } from './application-run.ts';
import { claim, withinMillis } from './claim.ts';
import { absentCollector, collectorEnvironment, startCollector } from './collector.ts';
import { conserved } from './conservation.ts';
import { processRow } from './process-row.ts';

const ROUNDS = 7;

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/** What Vigil adds between the last line of a script and the end of its process, with runs of both side by side. */
async function delayOf(
  script: string,
  env: Readonly<Record<string, string>>,
  context: RowContext,
): Promise<{ readonly millis: number; readonly startMillis: number; readonly runs: readonly ApplicationRun[] }> {
  const ends: number[] = [];
  const starts: number[] = [];
  const runs: ApplicationRun[] = [];
  const run = (preload: readonly string[]) =>
    runApplication({ application: script, preload, env, folder: context.folder, signal: context.signal });
  for (let round = 0; round < ROUNDS; round += 1) {
    const without = await run(WITHOUT);
    const withVigil = await run(VIGIL);
    ends.push(withVigil.millisToEnd - without.millisToEnd);
    starts.push(withVigil.millis - withVigil.millisToEnd - (without.millis - without.millisToEnd));
    runs.push(withVigil);
  }
  return { millis: median(ends), startMillis: median(starts), runs };
}

async function runNaturalEnd(context: RowContext): Promise<RowOutcome> {
  const working = await startCollector();
  const hanging = await startCollector({ kind: 'hang' });
  const absent = await absentCollector();
  try {
    const checks: Check[] = [];
    const figures: Record<string, number> = {};
    for (const [name, collector] of Object.entries({ works: working, hangs: hanging, 'is not there': absent })) {
      const { millis, startMillis, runs } = await delayOf(
        'one-line.mjs',
        collectorEnvironment(collector, 'one-line'),
        context,
      );
      context.progress(`one line, the collector ${name}: +${Math.round(millis)} ms`);
      checks.push(
        withinMillis('I8', `a script of one line ends later, the collector ${name} (median of ${ROUNDS})`, millis, 600),
        claim(
          'I1',
          `exits with 0, the collector ${name}`,
          runs.every(({ status }) => status === 'exit 0'),
          runs.map(({ status }) => status).join(' '),
        ),
      );
      figures[`added to the end, the collector ${name} (ms)`] = Math.round(millis);
      figures[`added to the start, the collector ${name} (ms)`] = Math.round(startMillis);
    }
    const awaiting = await runApplication({
      application: 'top-level-await.mjs',
      preload: VIGIL,
      env: collectorEnvironment(working, 'awaits'),
      folder: context.folder,
      signal: context.signal,
    });
    checks.push(
      claim('I1', 'a top-level await ends as it would: exit 0', awaiting.status === 'exit 0', awaiting.status),
      withinMillis('I8', 'after a top-level await, with 100 spans queued', awaiting.millisToEnd, 600),
      ...conserved(awaiting.ledger, 101, await working.spansOf('awaits')),
      claim(
        'I8',
        'beforeExit is emitted as often as without Vigil: once for each time the loop runs dry',
        awaiting.stdout.match(/beforeExit/g)?.length === 2,
        awaiting.stdout.trim().replaceAll('\n', ' · '),
      ),
    );
    return { checks, figures };
  } finally {
    await Promise.all([working.close(), hanging.close()]);
  }
}

export const NATURAL_END = processRow({
  id: 'F24',
  fault: 'the natural end of a script: event loop dry, top-level await, work in beforeExit',
  load: 'a script of one line, 7 interleaved pairs; a script with 100 spans queued',
  expected: 'nothing is held up beyond one flush of 500 ms; what is queued is delivered',
  typicalSeconds: 25,
  run: runNaturalEnd,
});
