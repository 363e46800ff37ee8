import { expect, test } from '@jest/globals';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { emptyResource } from '@opentelemetry/resources';
import { MeterProvider, MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { METRICS, type Metric, promName, promSeries } from '@vigil/conventions';
import fc from 'fast-check';
import { createMetricRegistry } from '../create-metric-registry.ts';
import { prometheusNamed } from './prometheus-names.ts';

class ManualReader extends MetricReader {
  protected override onForceFlush = (): Promise<void> => Promise.resolve();
  protected override onShutdown = (): Promise<void> => Promise.resolve();
}

/** The names of a page's samples. */
const samples = (metrics: ResourceMetrics): string[] => {
  const page = new PrometheusSerializer().serialize(metrics);
  const names = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return [...new Set(names.map((line) => line.slice(0, line.search(/[{ ]/))))].filter((name) => name !== 'target_info');
};

/** The page of the application's own instruments of the SDK. */
async function pageOf(metrics: readonly Pick<Metric, 'name' | 'unit' | 'kind'>[]): Promise<string[]> {
  const reader = new ManualReader();
  const meter = new MeterProvider({ resource: emptyResource(), readers: [reader] }).getMeter('app');
  for (const { name, unit, kind } of metrics) {
    if (kind === 'counter') meter.createCounter(name, { unit }).add(1);
    else if (kind === 'updowncounter') meter.createUpDownCounter(name, { unit }).add(1);
    else if (kind === 'gauge') meter.createGauge(name, { unit }).record(1);
    else meter.createHistogram(name, { unit }).record(1);
  }
  return samples(prometheusNamed((await reader.collect()).resourceMetrics));
}

test('each metric of the dictionary has the name on the page that Prometheus gives it when it is pushed', () => {
  const registry = createMetricRegistry();
  for (const metric of METRICS) {
    const labels = metric.attributes.map(() => 'x');
    if (metric.kind === 'histogram')
      registry
        .histogram(metric)
        .series(...labels)
        .record(1);
    else registry.observe(metric, (give) => give(1, ...labels));
  }
  const page = samples(prometheusNamed({ resource: emptyResource(), scopeMetrics: registry.producer().collectNow() }));
  expect(page.sort()).toEqual([...new Set(METRICS.flatMap(promSeries))].sort());
});

const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_.\-/]{0,30}$/);
const unit = fc.oneof(
  fc.constantFrom('s', 'ms', 'By', '1', '%', '{x}', 'By/s', 'm', '', 'total', 'ratio', 'req/s', 'm^2'),
  // Not with a separator at an end or two in a row, which no unit has: the exporter makes one underscore of two.
  fc.stringMatching(/^[a-zA-Z0-9]{1,4}([/._ -][a-zA-Z0-9]{1,4}){0,2}$/),
);
const kind = fc.constantFrom<Metric['kind'][]>('counter', 'updowncounter', 'gauge', 'histogram');

test('property: so has each metric of an application, whatever its name, unit and kind', () =>
  fc.assert(
    fc.asyncProperty(name, unit, kind, async (...[named, of, as]) => {
      const metric = { name: named, unit: of, kind: as, attributes: [], description: '', source: '' };
      expect((await pageOf([metric])).sort()).toEqual([...promSeries(metric)].sort());
    }),
    { numRuns: 500 },
  ));

test('without the step the exporter would leave the unit out', async () => {
  const registry = createMetricRegistry();
  const took: Metric = {
    name: 'took',
    unit: 's',
    kind: 'histogram',
    attributes: [],
    description: '',
    source: 'test',
  };
  registry.histogram(took).series().record(1);
  const metrics = { resource: emptyResource(), scopeMetrics: registry.producer().collectNow() };
  expect(samples(metrics)).toContain('took_count');
  expect(samples(prometheusNamed(metrics))).toContain(`${promName(took)}_count`);
  expect(promName(took)).toBe('took_seconds');
  expect(metrics.scopeMetrics[0]?.metrics[0]?.descriptor.name).toBe('took');
});

test('an attribute that opens with a digit does not make the whole page unreadable', async () => {
  const reader = new ManualReader();
  const meter = new MeterProvider({ resource: emptyResource(), readers: [reader] }).getMeter('app');
  meter.createCounter('orders').add(1, { '2xx': true, route: '/a' });
  const { resourceMetrics } = await reader.collect();
  expect(new PrometheusSerializer().serialize(prometheusNamed(resourceMetrics))).toContain(
    'orders_total{key_2xx="true",route="/a",otel_scope_name="app"} 1',
  );
});
