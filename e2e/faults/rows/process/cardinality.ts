import { startOtlpSink } from '../../../collector/otlp-sink.ts';
import type { RowContext, RowOutcome } from '../../row.ts';
import { runApplication, VIGIL } from './application-run.ts';
import { claim, none } from './claim.ts';
import { collectorEnvironment } from './collector.ts';
import { conserved } from './conservation.ts';
import { processRow } from './process-row.ts';

interface Point {
  readonly attributes?: readonly { readonly key: string }[];
}
interface MetricJson {
  readonly name?: string;
  readonly sum?: { readonly dataPoints?: readonly Point[] };
  readonly gauge?: { readonly dataPoints?: readonly Point[] };
  readonly histogram?: { readonly dataPoints?: readonly Point[] };
}
interface MetricsJson {
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics?: readonly { readonly metrics?: readonly MetricJson[] }[];
  }[];
}

/** Series of one metric; the one for what is over the bound included. */
const SERIES_MAXIMUM = 2_000;

async function runCardinality(context: RowContext): Promise<RowOutcome> {
  const sink = await startOtlpSink();
  try {
    const run = await runApplication({
      application: 'cardinality.mjs',
      preload: VIGIL,
      flags: ['--expose-gc'],
      env: { OTEL_METRIC_EXPORT_INTERVAL: '1000', ...collectorEnvironment(sink, 'cardinality') },
      folder: context.folder,
      signal: context.signal,
      patienceMillis: 180_000,
    });
    context.progress(`${run.status} ${run.stderr.trim()}`);
    const metrics = sink.received
      .filter(({ signal }) => signal === 'metrics')
      .flatMap(({ body }) => (body as MetricsJson).resourceMetrics ?? [])
      .flatMap(({ scopeMetrics = [] }) => scopeMetrics)
      .flatMap((scope) => scope.metrics ?? []);
    const pointsOf = ({ sum, gauge, histogram }: MetricJson) => (sum ?? gauge ?? histogram)?.dataPoints ?? [];
    const sizes = metrics.map((metric) => ({ name: metric.name ?? '', points: pointsOf(metric).length }));
    const largest = Math.max(...sizes.map(({ points }) => points));
    const isOverflow = ({ attributes = [] }: Point) => attributes.some(({ key }) => key === 'otel.metric.overflow');
    const ofRequests = sizes.filter(({ name }) => name.startsWith('http.server.')).map(({ points }) => points);
    const number = (name: string) => Number(run.told[name]?.at(-1));
    const grown = number('rssAfterMib') - number('rssBeforeMib');
    const spans = sink.received.filter(({ signal }) => signal === 'traces').length;
    return {
      checks: [
        claim('I1', 'the application ends as it would: exit 0', run.status === 'exit 0', run.status),
        none(
          'I3',
          `at most ${SERIES_MAXIMUM} series a metric`,
          sizes.filter(({ points }) => points > SERIES_MAXIMUM).map(({ name, points }) => `${name}: ${points}`),
          sizes.length,
        ),
        claim(
          'I3',
          'what is over it is counted as otel.metric.overflow',
          metrics.some((metric) => metric.name === 'attacked' && pointsOf(metric).some(isOverflow)),
          `${largest} series`,
        ),
        claim(
          'I3',
          'requests with made-up paths, hosts, methods and agents make at most 20 series',
          ofRequests.length > 0 && Math.max(...ofRequests) <= 20,
          `${Math.max(...ofRequests)}`,
        ),
        claim('I3', 'the second half of the attack adds at most 10 MiB', grown <= 10, `${Math.round(grown)} MiB`),
        claim('I10', 'every request was counted', number('served') === number('asked'), `${number('served')}`),
        ...(run.ledger === undefined ? conserved(undefined, undefined, 0) : []),
      ],
      figures: {
        'series of the largest metric': largest,
        'series of http.server.request.duration': Math.max(...ofRequests),
        'RSS added by the second half (MiB)': Math.round(grown),
        'requests with spans': spans,
      },
    };
  } finally {
    await sink.close();
  }
}

export const CARDINALITY = processRow({
  id: 'F36',
  fault:
    'attacker-made labels: 2,000 requests with a path, host, method and agent of their own; a counter with 20,000 values; 20,000 span names and keys',
  load: 'as said',
  expected: 'a bounded number of series, the rest in one that says so; caches stay bounded',
  typicalSeconds: 20,
  run: runCardinality,
});
