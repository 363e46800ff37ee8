import type { RowContext, RowOutcome } from '../../row.ts';
import { runApplication, VIGIL, WITHOUT } from './application-run.ts';
import { none } from './claim.ts';
import { collectorEnvironment, startCollector } from './collector.ts';
import { processRow } from './process-row.ts';
import { twoAtATime } from './two-at-a-time.ts';

const LIMITS = Array.from({ length: 14 }, (_, index) => 18 + 2 * index);

/** Below some limit Node.js itself does not start; above it the application has to live with Vigil as it does without. */
async function runLimits(context: RowContext): Promise<RowOutcome> {
  const collector = await startCollector();
  try {
    const results = await twoAtATime(LIMITS, async (limit) => {
      const options = {
        application: 'environment.mjs',
        folder: context.folder,
        signal: context.signal,
        inFront: ['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh'],
        env: collectorEnvironment(collector, `limit-${limit}`),
      };
      const without = await runApplication({ ...options, preload: WITHOUT });
      const run = await runApplication({ ...options, preload: VIGIL });
      context.progress(`ulimit -n ${limit}: ${without.status} · ${run.status} ${run.stderr.trim().slice(0, 200)}`);
      return { limit, without: without.status, status: run.status };
    });
    const worse = results.filter(({ without, status }) => without !== status);
    const lives = results.filter(({ without }) => without === 'exit 3').map(({ limit }) => limit);
    const livesHere = results.filter(({ status }) => status === 'exit 3').map(({ limit }) => limit);
    return {
      checks: [
        none(
          'I1',
          'ends with the status it has without Vigil',
          worse.map(({ limit, without, status }) => `${limit} descriptors: ${status} instead of ${without}`),
          LIMITS.length,
        ),
      ],
      figures: {
        'fewest descriptors without Vigil': Math.min(...lives),
        'fewest descriptors with Vigil': Math.min(...livesHere),
      },
    };
  } finally {
    await collector.close();
  }
}

export const DESCRIPTOR_LIMITS = processRow({
  id: 'F33 few descriptors',
  fault: '`ulimit -n` from 18 to 44',
  load: 'one span',
  expected: 'the application lives wherever it lives without Vigil',
  typicalSeconds: 20,
  run: runLimits,
});
