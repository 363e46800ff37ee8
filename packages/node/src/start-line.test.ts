import { expect, test } from '@jest/globals';
import { parseEnvironment } from '@vigil/config/environment';
import type { InstrumentationEntry } from './instrumentations/entry.ts';
import { startLine } from './start-line.ts';

const entry = (name: string, packageName?: string): InstrumentationEntry => ({
  name,
  ...(packageName !== undefined && { packages: [packageName] }),
  create: () => {
    throw new Error('not needed');
  },
});
const ENTRIES = [entry('http'), entry('express', 'express'), entry('pg', 'pg'), entry('runtime-node')];

const line = (variables: Record<string, string>, entries = ENTRIES, serviceName = 'shop') =>
  startLine({
    version: '0.1.0',
    serviceName,
    settings: parseEnvironment(variables).settings,
    entries,
    installedVersion: (name) => (name === 'express' ? '5.3.0' : undefined),
  });

test('signals to one place share it, and a package that is not installed is left out', () => {
  expect(line({})).toBe(
    'vigil 0.1.0: shop · traces+metrics+logs → http://127.0.0.1:4318 · instruments http, express 5.3.0 · runtime metrics',
  );
});

test('each place is named, without user and password', () => {
  const variables = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:secret@otel.example/in',
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://logs.example/push',
    OTEL_METRICS_EXPORTER: 'prometheus',
  };
  expect(line(variables)).toBe(
    'vigil 0.1.0: shop · traces → https://otel.example/in · metrics at http://127.0.0.1:9464/metrics · logs → http://logs.example/push · instruments http, express 5.3.0 · runtime metrics',
  );
});

test('nothing on is said, and no runtime metrics without metrics', () => {
  const off = { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
  expect(line(off, [entry('runtime-node')])).toBe('vigil 0.1.0: shop · traces → console · instruments nothing');
  expect(line({ ...off, OTEL_TRACES_EXPORTER: 'none' })).toContain('sends nothing');
});

test('it stays one short line, whatever the service is called', () => {
  const said = line({}, [], `shop\nroot: logged in ${'x'.repeat(100_000)}`);
  expect(said).toMatch(/^vigil 0\.1\.0: shop root: logged in x+… · traces/);
  expect(said.length).toBeLessThan(500);
});
