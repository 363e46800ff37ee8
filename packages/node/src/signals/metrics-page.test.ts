import { expect, test } from '@jest/globals';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { emptyResource } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { MetricsPage } from './metrics-page.ts';

function setUp() {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ resource: emptyResource(), readers: [exporter] });
  const clock = { nowMillis: 5_000 };
  let collections = 0;
  const gauge = provider.getMeter('m').createObservableGauge('collections');
  gauge.addCallback((result) => {
    collections += 1;
    result.observe(collections);
  });
  return { page: new MetricsPage(exporter, () => clock.nowMillis), clock, provider };
}

test('a second of scrapes costs one collection, the next second another', async () => {
  const { page, clock } = setUp();
  const together = await Promise.all([page.text(), page.text()]);
  clock.nowMillis += 999;
  expect(new Set([...together, await page.text()]).size).toBe(1);
  expect(together[0]).toMatch(/^collections\{.*\} 1$/m);
  clock.nowMillis += 1;
  expect(await page.text()).toMatch(/^collections\{.*\} 2$/m);
});

test('a collection that fails is a comment on the page', async () => {
  const { provider } = setUp();
  await provider.shutdown();
  const unbound = new MetricsPage(new PrometheusExporter({ preventServerStart: true }), () => 0);
  expect(await unbound.text()).toMatch(/^# failed to export metrics: .+\n$/);
});
