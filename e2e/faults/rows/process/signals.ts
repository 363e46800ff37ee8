import { preloadOf } from '../../bed/application/subjects.ts';
import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { VIGIL } from './application-run.ts';
import { none, withinMillis } from './claim.ts';
import { type Collector, collectorEnvironment, startCollector } from './collector.ts';
import { compareEnding, SPANS } from './ending-comparison.ts';
import { processRow } from './process-row.ts';
import { twoAtATime } from './two-at-a-time.ts';

const HANDLERS = ['no handler', 'own handler', 'own async handler'] as const;

/** Preload and environment of a subject, for a collector. Vigil's own preload is the built one. */
function subjectOf({ subject }: RowContext) {
  if (subject === 'vigil') return { preload: VIGIL, env: collectorEnvironment };
  const route = ({ url }: { readonly url: string }) => ({ url, close: async () => undefined });
  return {
    preload: preloadOf(subject, '', route({ url: 'http://127.0.0.1' })).flags,
    env: (collector: Collector, service: string) => ({ ...preloadOf(subject, service, route(collector)).environment }),
  };
}

async function runSignal(signal: string, context: RowContext): Promise<RowOutcome> {
  const up = await startCollector();
  const hanging = await startCollector({ kind: 'hang' });
  try {
    const all = await twoAtATime([...HANDLERS.entries()], ([number, handler]) =>
      compareEnding({ name: handler, way: `${signal}, ${handler}` }, number, {
        up,
        hanging,
        context,
        ...subjectOf(context),
      }),
    );
    const different = all.flatMap(({ ending, without, up: well, hung }) =>
      [well, hung].flatMap(({ status }, index) =>
        status === without.status
          ? []
          : [`${ending.name}, collector ${index === 0 ? 'works' : 'hangs'}: ${status} instead of ${without.status}`],
      ),
    );
    const said = all.filter(
      ({ without, up: well, hung }) => well.stdout !== without.stdout || hung.stdout !== without.stdout,
    );
    const delay = (run: 'up' | 'hung') => Math.max(...all.map((one) => one[run].millisToEnd - one.without.millisToEnd));
    return {
      checks: [
        none('I1', 'ends with the status it has without telemetry', different, all.length * 2),
        none(
          'I1',
          'says the same on stdout',
          said.map(({ ending }) => ending.name),
          all.length,
        ),
        withinMillis('I8', 'longest delay, collector works', delay('up'), 2_000),
        withinMillis('I8', 'longest delay, collector hangs', delay('hung'), 2_000),
      ],
      figures: {
        // dd-trace takes no spans of OpenTelemetry's API unless it is told to.
        ...(context.subject !== 'dd-trace' &&
          Object.fromEntries(
            all.map(({ ending, arrived }) => [`spans that arrived of ${SPANS}, ${ending.name}`, arrived]),
          )),
        'longest delay, collector works (ms)': Math.round(delay('up')),
        'longest delay, collector hangs (ms)': Math.round(delay('hung')),
      },
    };
  } finally {
    await Promise.all([up.close(), hanging.close()]);
  }
}

export const SIGNALS: readonly FaultRow[] = ['SIGTERM', 'SIGINT', 'SIGHUP'].map((signal) =>
  processRow({
    id: `F22 ${signal}`,
    fault: `${signal} with no handler of the application, an own one, an asynchronous one; collector works, collector hangs`,
    load: `${SPANS} spans queued in the moment of the signal`,
    expected: 'ends as without telemetry, at most 2 s later; the application’s handler keeps control',
    subjects: ['vigil', 'upstream', 'dd-trace'],
    inSelection: signal === 'SIGTERM',
    typicalSeconds: 15,
    run: (context) => runSignal(signal, context),
  }),
);
