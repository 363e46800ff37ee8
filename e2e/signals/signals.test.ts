import { beforeAll, expect, test } from '@jest/globals';
import { awaitSignals, createStoreClient, findSignals, PENDING_SIGNALS, SIGNAL_MATRIX } from '@vigil/cli';
import { endpoints } from '../stack/endpoints.ts';
import { eventually } from '../stack/eventually.ts';
import { driveLoad } from '../stack/load.ts';
import { patience } from '../stack/patience.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';

const { shop, ...urls } = endpoints();
const stores = createStoreClient(urls);
const since = new Date();

beforeAll(() => driveLoad(shop, 15));

test.each(SIGNAL_MATRIX)('$source is found in every store it must reach', async (row) => {
  const findings = await awaitSignals([row], stores, since, patience(WORST_CASE_MILLIS.scraped));
  expect(findings.length).toBeGreaterThan(0);
  expect(findings.filter(({ count }) => count === 0)).toEqual([]);
});

// After the matrix: what is there by then would have come with it.
test.each(PENDING_SIGNALS)('pending, and still missing: $source', async (row) => {
  const findings = await findSignals([row], stores, since);
  // Found? Then it is no longer pending: move the row into SIGNAL_MATRIX.
  expect(findings.map(({ count, problem }) => [count, problem])).toEqual([[0, undefined]]);
});

test('an order is one trace through both services, and its id finds the log lines of both', async () => {
  const query = { service: 'payments', attributes: { 'http.route': '/charges' }, since, limit: 20 };
  const trace = await eventually('a trace through shop and payments', WORST_CASE_MILLIS.stored, async () => {
    const traces = await stores.traces(query);
    return traces.find((spans) => new Set(spans.map(({ service }) => service)).size === 2);
  });
  const ids = new Set(trace.map(({ spanId }) => spanId));
  const orphans = trace.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId));
  expect(orphans).toEqual([]);
  expect(trace.filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(1);
  for (const service of ['shop', 'payments']) {
    const logql = `{service_name="${service}"} | trace_id="${trace[0]?.traceId}"`;
    await eventually(`log lines of ${service}`, WORST_CASE_MILLIS.stored, async () =>
      (await stores.logs(logql, since, 5)).length > 0 ? true : undefined,
    );
  }
});
