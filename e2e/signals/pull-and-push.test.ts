import { afterAll, beforeAll, expect } from '@jest/globals';
import { parseEnvironment } from '@vigil/config/environment';
import { HTTP_SERVER_REQUEST_DURATION, METRICS, type Metric, promSeries } from '@vigil/conventions';
import { createMetricRegistry, type MetricRegistry } from '@vigil/metrics';
import type { ExportPipeline } from '@vigil/otlp-exporter';
import { OtlpMetricExporter } from '@vigil/otlp-exporter/metrics';
// What `startTelemetry` builds, without an application around it.
import { createResource } from '../../packages/node/src/resource.ts';
import { createPipeline } from '../../packages/node/src/signals/export-pipeline.ts';
import { createMetrics, type MetricsPipeline } from '../../packages/node/src/signals/metrics.ts';
import { freePorts } from '../collector/otlp-sink.ts';
import { requires } from '../requirement.ts';
import { eventually } from '../stack/eventually.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';
import { noPrometheus, type OwnPrometheus, startPrometheus } from './own-prometheus.ts';

const test = requires(noPrometheus);

/** The application's own, made with the SDK: what pull and push could name differently. */
const OF_THE_APPLICATION = (
  [
    ['orders', '{order}', 'counter'],
    ['orders.size', 'By', 'histogram'],
    ['orders.total', '', 'counter'],
    ['cart-wait', 'ms', 'updowncounter'],
    ['cache.hits', '1', 'gauge'],
    ['cache.entries', '1', 'updowncounter'],
    ['disk.used', '%', 'gauge'],
    ['disk.throughput', 'By/s', 'gauge'],
    ['wait.seconds', 's', 'histogram'],
  ] as const
).map(([name, unit, kind]): Metric => ({ name, unit, kind, attributes: [], description: '', source: 'app' }));

const SPAN = { isKept: true, traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const PUSHED = '{job="pushed"}';
const PULLED = '{job="pull"}';

const identity = { hostName: 'h', arch: 'x64', platform: 'linux', pid: 1, nodeVersion: '24', instanceId: 'i' };
const resource = createResource('pushed', {} as never, identity, {});

let prometheus: OwnPrometheus;
let pipeline: ExportPipeline | undefined;
let metrics: MetricsPipeline;

beforeAll(async () => {
  if (noPrometheus !== undefined) return;
  const [port] = await freePorts(1);
  prometheus = await startPrometheus(`127.0.0.1:${port}`);
  const { settings } = parseEnvironment({
    OTEL_METRICS_EXPORTER: 'otlp,prometheus',
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${prometheus.url}/api/v1/otlp/v1/metrics`,
    OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
  });
  pipeline = createPipeline(settings);
  metrics = createMetrics(settings.metrics, resource, pipeline);
  measureOurs(metrics.registry);
  measureTheirs(metrics);
});
afterAll(async () => {
  await metrics?.shutdown();
  await pipeline?.shutdown({ timeoutMillis: 1_000 });
  await prometheus?.dispose();
});

function measureOurs(registry: MetricRegistry): void {
  for (const metric of METRICS) {
    const labels = metric.attributes.map(() => 'x');
    if (metric.kind === 'histogram')
      registry
        .histogram(metric)
        .series(...labels)
        .record(0.3, SPAN);
    else if (metric.kind === 'counter')
      registry
        .counter(metric)
        .series(...labels)
        .add(2);
    else if (metric.kind === 'updowncounter')
      registry
        .upDownCounter(metric)
        .series(...labels)
        .add(2);
    else registry.observe(metric, (give) => give(2, ...labels));
  }
}

function measureTheirs({ provider }: MetricsPipeline): void {
  const meter = provider.getMeter('app');
  for (const { name, unit, kind } of OF_THE_APPLICATION) {
    if (kind === 'counter') meter.createCounter(name, { unit }).add(2);
    else if (kind === 'updowncounter') meter.createUpDownCounter(name, { unit }).add(2);
    else if (kind === 'gauge') meter.createGauge(name, { unit }).record(2);
    else meter.createHistogram(name, { unit }).record(0.3);
  }
}

async function push(): Promise<void> {
  await metrics.handOver(1_000);
  await pipeline?.forceFlush();
}

/** Names of the series of a job, but those that Prometheus makes itself. */
async function names(selector: string): Promise<string[]> {
  const all = (await prometheus.ask('label/__name__/values', { 'match[]': selector })) as string[];
  return all.filter((name) => name !== 'up' && name !== 'target_info' && !name.startsWith('scrape_'));
}

async function numberOf(query: string): Promise<number | undefined> {
  const { result } = (await prometheus.ask('query', { query })) as { result: { value: [number, string] }[] };
  return result[0] === undefined ? undefined : Number(result[0].value[1]);
}

test('Prometheus stores the same names of what it scrapes and of what is pushed: those that the dictionary says', async () => {
  await push();
  const expected = [...new Set([...METRICS, ...OF_THE_APPLICATION].flatMap(promSeries))].sort();
  await eventually('a scrape', WORST_CASE_MILLIS.answered, async () =>
    (await names(PULLED)).length > 0 ? true : undefined,
  );
  expect((await names(PUSHED)).sort()).toEqual(expected);
  expect((await names(PULLED)).sort()).toEqual(expected);
});

test('both have the same values, bucket by bucket', async () => {
  const series = [
    'http_server_request_duration_seconds_bucket{le="0.5"',
    'http_server_request_duration_seconds_bucket{le="0.25"',
    'orders_size_bytes_sum{le=""',
    'orders_total{le=""',
  ];
  for (const one of series) {
    const [pushed, pulled] = await Promise.all(['pushed', 'pull'].map((job) => numberOf(`${one},job="${job}"}`)));
    expect([one, pulled]).toEqual([one, pushed]);
    expect(pushed).toBeDefined();
  }
});

test('an exemplar is pushed with its bucket: value, trace and span', async () => {
  const query = 'http_server_request_duration_seconds_bucket';
  const end = String(Math.ceil(Date.now() / 1_000) + 60);
  const found = (await prometheus.ask('query_exemplars', { query, start: '0', end })) as {
    seriesLabels: Record<string, string>;
    exemplars: { labels: Record<string, string>; value: string }[];
  }[];
  expect(found.map(({ seriesLabels, exemplars }) => [seriesLabels.job, seriesLabels.le, exemplars])).toMatchObject([
    ['pushed', '0.5', [{ labels: { trace_id: SPAN.traceId, span_id: SPAN.spanId }, value: '0.3' }]],
  ]);
});

test('exponential histograms arrive with their quantiles', async () => {
  const registry = createMetricRegistry({ exponentialHistograms: true });
  const producer = registry.producer({ histograms: 'exponential', exemplars: true });
  const fine: Metric = { ...HTTP_SERVER_REQUEST_DURATION, name: 'fine', attributes: [] };
  for (let i = 1; i <= 1_000; i++)
    registry
      .histogram(fine)
      .series()
      .record(i / 1_000, SPAN);
  if (pipeline === undefined) throw new Error('no pipeline');
  new OtlpMetricExporter({ pipeline }).export({ resource, scopeMetrics: producer.collectNow() }, () => undefined);
  await pipeline.forceFlush();
  expect(await numberOf('histogram_count(fine_seconds)')).toBe(1_000);
  expect(await numberOf('histogram_quantile(0.9, fine_seconds)')).toBeCloseTo(0.9, 1);
});
