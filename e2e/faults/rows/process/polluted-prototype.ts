import type { RowContext, RowOutcome } from '../../row.ts';
import { APPLICATIONS, runApplication, VIGIL, WITHOUT } from './application-run.ts';
import { claim } from './claim.ts';
import { collectorEnvironment, startCollector } from './collector.ts';
import { conserved } from './conservation.ts';
import { processRow } from './process-row.ts';

async function runPolluted(when: 'before' | 'after', context: RowContext): Promise<RowOutcome> {
  const collector = await startCollector();
  try {
    const polluted = ['--import', `file://${APPLICATIONS}/polluted.mjs`];
    const env = { RATE: '500', SECONDS: '1.5', ...collectorEnvironment(collector, 'polluted') };
    const options = { application: 'loaded.mjs', env, folder: context.folder, signal: context.signal };
    const without = await runApplication({ ...options, preload: [...WITHOUT, ...polluted] });
    const order = when === 'before' ? [...polluted, ...VIGIL] : [...VIGIL, ...polluted];
    const run = await runApplication({ ...options, preload: order });
    context.progress(`${without.status} · ${run.status} ${run.stderr.trim()}`);
    const taken = await collector.spansOf('polluted');
    const left = (told: typeof run.told) => String(told.prototype?.at(-1));
    return {
      checks: [
        claim('I1', 'ends with the status it has without Vigil', run.status === without.status, run.status),
        claim(
          'I9',
          'Object.prototype has what the application put there, and nothing else',
          left(run.told) === left(without.told),
          left(run.told),
        ),
        ...conserved(run.ledger, Number(run.told.made?.at(-1)), taken),
        claim('I4', 'the spans arrive', taken > 500, `${taken}`),
      ],
      figures: { 'spans at the sink': taken },
    };
  } finally {
    await collector.close();
  }
}

export const POLLUTED_PROTOTYPE = (['before', 'after'] as const).map((when) =>
  processRow({
    id: `F31 ${when}`,
    fault: `the application adds enumerable properties to Object.prototype and Array.prototype ${when} the preload`,
    load: '500 spans/s for 1.5 s',
    expected: 'works; changes nothing on prototypes',
    typicalSeconds: 5,
    run: (context) => runPolluted(when, context),
  }),
);
