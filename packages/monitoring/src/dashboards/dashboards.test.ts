import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { alertingRule } from '../alert.ts';
import { DASHBOARD_UIDS } from '../dashboard-link.ts';
import { alerts } from '../render.ts';
import { checkoutConfig, textOf } from '../test/checkout.ts';
import { dashboardQueries } from './dashboard-queries.ts';
import { dashboards } from './dashboards.ts';
import { DATA_SOURCES } from './data-source.ts';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string; readonly noValue?: string } };
}
interface DashboardFile {
  readonly uid: string;
  readonly editable: boolean;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly current?: { readonly value: string };
    }[];
  };
  readonly links: readonly { readonly url: string; readonly placement?: string }[];
}

const files = dashboards(checkoutConfig()).map(([path, text]) => ({
  path,
  text,
  json: JSON.parse(text) as DashboardFile,
}));
const panelsOf = ({ json }: (typeof files)[number]) => json.panels.filter(({ type }) => type !== 'row');

test.each(files)('$path: every panel says what it shows, in which unit, and why it may be empty', (file) => {
  for (const panel of panelsOf(file)) {
    const { title, description = '', type, fieldConfig } = panel;
    expect({ title, described: /\.$/.test(description) }).toEqual({ title, described: true });
    expect({ title, empty: fieldConfig?.defaults.noValue ?? '' }).not.toEqual({ title, empty: '' });
    if (type === 'timeseries' || type === 'stat') expect(fieldConfig?.defaults.unit).toBeTruthy();
  }
});

test.each(files)('$path: lines are full, and no panel lies on another', ({ json }) => {
  const cells = new Set<string>();
  for (const { gridPos } of json.panels) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(cells.has(`${x},${y}`)).toBe(false);
        cells.add(`${x},${y}`);
      }
    }
  }
  const bottom = Math.max(...json.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  expect(cells.size).toBe(24 * bottom);
});

test.each(files)('$path: read-only, Classic schema, fixed numbers, links in sight', ({ json }) => {
  expect([json.editable, json.schemaVersion]).toEqual([false, 42]);
  expect(json.panels.map(({ id }) => id)).toEqual(json.panels.map((_, index) => index + 1));
  expect(json.links.length).toBeGreaterThan(0);
  for (const { url, placement } of json.links) {
    expect(url).toMatch(/^(http:\/\/127\.0\.0\.1:\d+\/|\/d\/)/);
    expect(placement).toBeUndefined();
  }
});

test('every panel asks a data source that a variable chooses, and the choice is one that is provisioned', () => {
  const provisioned = parse(textOf('grafana/provisioning/datasources/datasources.yaml')) as {
    datasources: { uid: string; type: string; name: string }[];
  };
  for (const { type, uid, name } of Object.values(DATA_SOURCES)) {
    expect(provisioned.datasources).toContainEqual(expect.objectContaining({ type, uid, name }));
  }
  for (const file of files) {
    const variables = new Set(file.json.templating.list.map(({ name }) => `\${${name}}`));
    for (const { datasource } of panelsOf(file)) expect(variables).toContain(datasource?.uid);
  }
});

test('compose mounts the dashboards where the provider looks, and names every address the data sources ask for', () => {
  const compose = textOf('docker-compose.stack.yml');
  const { providers } = parse(textOf('grafana/provisioning/dashboards/dashboards.yaml')) as {
    providers: { options: { path: string } }[];
  };
  for (const { options } of providers)
    expect(compose).toContain(`source: ./grafana/dashboards, target: ${options.path},`);
  const asked = textOf('grafana/provisioning/datasources/datasources.yaml').matchAll(/url: \$\{(\w+)\}/g);
  const names = [...asked].map((match) => match[1] ?? '');
  expect(names).toHaveLength(4);
  for (const name of names) expect(compose).toMatch(new RegExp(`${name}: http://`));
});

test('a `$` that shall reach Grafana is doubled: a single one would be taken for its environment', () => {
  for (const file of ['datasources/datasources.yaml', 'dashboards/dashboards.yaml']) {
    const lines = textOf(`grafana/provisioning/${file}`)
      .split('\n')
      .filter((line) => !/^\s*#/.test(line));
    for (const line of lines) expect(line.replaceAll('$$', '').replace(/\$\{VIGIL_\w+_URL\}/, '')).not.toContain('$');
  }
});

test('a link of an alert or of a dashboard leads to a dashboard that exists', () => {
  const uids = files.map(({ json }) => json.uid);
  expect(uids.sort()).toEqual(Object.values(DASHBOARD_UIDS).sort());
  const config = checkoutConfig();
  const links = [
    ...alerts(config).map((alert) => alertingRule(alert, config).annotations.dashboard_url ?? ''),
    ...files.flatMap(({ json }) => json.links.map(({ url }) => url)),
  ].flatMap((url) => /\/d\/([a-z-]+)/.exec(url)?.[1] ?? []);
  expect(links.length).toBeGreaterThan(0);
  for (const uid of links) expect(uids).toContain(uid);
});

test('the service overview covers errors, traffic, latency, budgets, dependencies, runtime, logs and traces', () => {
  const titles = files[0] === undefined ? [] : panelsOf(files[0]).map(({ title }) => title);
  for (const title of [
    'Failed requests',
    'Request rate by route',
    'Latency p50, p95, p99',
    'Availability burn',
    'Availability budget left',
    'Firing alerts',
    'Outbound HTTP p95',
    'Database p95 by operation',
    'Event-loop delay',
    'Event-loop utilization',
    'Heap',
    'Logs',
    'Failed traces',
  ]) {
    expect(titles).toContain(title);
  }
});

test('the list of queries has every target of every panel, with no variable left in it', () => {
  const queries = files.flatMap(({ text }) => dashboardQueries(text, 'my-service', '1m'));
  expect(queries.filter(({ language }) => language === 'logql').map(({ expr }) => expr)).toEqual([
    '{service_name="my-service"}',
  ]);
  expect(queries.filter(({ language }) => language === 'trace-search').map(({ expr }) => expr)).toEqual([
    'service=my-service&tags=error%3Dtrue',
  ]);
  expect(queries.find(({ panel }) => panel === 'variable service')?.expr).toBe(
    'group by (service_name) (nodejs_eventloop_utilization_ratio)',
  );
  for (const { expr } of queries) expect(expr).not.toContain('$');
});
