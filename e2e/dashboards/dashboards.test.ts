import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { createStoreClient } from '@vigil/cli';
import { type DashboardQuery, dashboardQueries } from '@vigil/monitoring';
import { endpoints } from '../stack/endpoints.ts';
import { eventually } from '../stack/eventually.ts';
import { driveLoad } from '../stack/load.ts';
import { ROOT } from '../stack/vigil.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';

/** Panels that are rightly empty while nothing goes wrong; they must say so on the dashboard. */
const EMPTY_WHILE_HEALTHY: readonly string[] = [
  'Firing alerts',
  'Failed share by route',
  'Outbound HTTP failures',
  'Refused at the door',
  'Turned away by a full queue',
  'Given up',
  'Notifications to people',
  'Failed traces',
];

const { shop, ...urls } = endpoints();
const stores = createStoreClient(urls);
const since = new Date();
const folder = join(ROOT, 'grafana/dashboards');
const queries = readdirSync(folder).flatMap((file) => dashboardQueries(readFileSync(join(folder, file), 'utf8')));

beforeAll(() => driveLoad(shop, 15));

/** How much the running store answers. */
async function answered({ language, expr }: DashboardQuery): Promise<number> {
  if (language === 'promql') return (await stores.prometheus(expr)).length;
  if (language === 'logql') return (await stores.logs(expr, since, 5)).length;
  const { service = '', tags = '' } = Object.fromEntries(new URLSearchParams(expr));
  const attributes = Object.fromEntries(tags.split(' ').map((tag) => tag.split('=')));
  return (await stores.traces({ service, attributes, since: new Date(0), limit: 5 })).length;
}

test('the dashboards ask more than 50 questions', () => {
  expect(queries.length).toBeGreaterThan(50);
});

test.each(queries)('$dashboard, $panel: the running store answers $expr', async (query) => {
  const mayBeEmpty = EMPTY_WHILE_HEALTHY.includes(query.panel);
  const count = mayBeEmpty
    ? await answered(query)
    : await eventually(query.expr, WORST_CASE_MILLIS.scraped, async () => (await answered(query)) || undefined);
  // An empty panel that says nothing leaves people wondering whether it is broken.
  if (count === 0) expect(query.empty).not.toBe('');
});
