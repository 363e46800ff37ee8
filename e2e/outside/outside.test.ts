import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { awaitSignals, createStoreClient } from '@vigil/cli';
import { packPackages, withDependencies } from '../packages/packed.ts';
import { endpoints } from '../stack/endpoints.ts';
import { patience } from '../stack/patience.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';
import { installOutside, type OutsideApplication, startOutside } from './application.ts';

const EXPRESS = '5.3.0';
/** Upstream's instrumentations for express, pg, ioredis, pino and undici ask for the minor before the SDK's. */
const TWICE_BY_UPSTREAM: readonly string[] = ['@opentelemetry/instrumentation'];
const apps = join(dirname(fileURLToPath(import.meta.url)), 'apps');

const since = new Date();
let application: OutsideApplication | undefined;

beforeAll(() => {
  const needed = withDependencies('@vigil/node', packPackages());
  application = installOutside(
    needed.map(({ tarball }) => tarball),
    apps,
    EXPRESS,
  );
  const { installedMib, packages, duplicates } = application;
  process.stdout.write(
    `outside the workspace: ${installedMib.toFixed(1)} MiB in ${packages} packages, installed twice: ${duplicates.join(', ') || 'none'}\n`,
  );
});

afterAll(() => {
  if (application !== undefined) rmSync(application.folder, { recursive: true, force: true });
});

test('OpenTelemetry is installed once: its API, its SDK and everything but the base of its instrumentations', () => {
  expect(application?.packages).toBeGreaterThan(40);
  const twice = application?.duplicates.filter((name) => name.startsWith('@opentelemetry/'));
  expect(twice?.filter((name) => !TWICE_BY_UPSTREAM.includes(name))).toEqual([]);
});

test.each([
  {
    title: 'an ES module application started with --import',
    service: 'outside-esm',
    flags: ['--import', '@vigil/node/register', 'app.mjs'],
  },
  {
    title: 'a CommonJS application started with --import',
    service: 'outside-cjs',
    flags: ['--import', '@vigil/node/register', 'app.cjs'],
  },
  {
    title: 'a CommonJS application started with -r',
    service: 'outside-require',
    flags: ['-r', '@vigil/node/register', 'app.cjs'],
  },
])('$title is found in the stores with its route, and SIGTERM still ends it', async ({ service, flags }) => {
  const { otlp, ...urls } = endpoints();
  if (application === undefined) throw new Error('nothing is installed');
  const running = await startOutside(application.folder, flags, {
    OTEL_SERVICE_NAME: service,
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp,
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
    OTEL_METRIC_EXPORT_TIMEOUT: '1000',
    OTEL_TRACES_SAMPLER: 'always_on',
  });
  const answer = await fetch(`${running.url}/hello/you`);
  const body = await answer.json();
  const ended = await running.stop();
  expect(body).toEqual({ hello: 'you' });
  expect(ended).toMatchObject({ code: null, signal: 'SIGTERM' });
  expect(ended.stderr).toMatch(/^vigil \d+\.\d+\.\d+/m);
  const row = {
    source: service,
    trace: { service, attributes: { 'http.route': '/hello/:name' } },
    promql: `http_server_request_duration_seconds_count{job="${service}",http_route="/hello/:name"}`,
  };
  const findings = await awaitSignals([row], createStoreClient(urls), since, patience(WORST_CASE_MILLIS.stored));
  expect(findings.filter(({ count }) => count === 0)).toEqual([]);
});
