import { expect, test } from '@jest/globals';
import { parseEnvironment } from '@vigil/config/environment';
import type { Diagnosis } from '@vigil/instrumentation/report';
import { startLine } from './start-line.ts';

const DIAGNOSIS: Diagnosis = {
  nodeVersion: '24.21.0',
  mode: { module: 'esm', bundler: undefined, loader: undefined, startedBy: undefined },
  instrumented: {
    channel: [{ instrumentation: 'http', library: 'node:http server', version: '24.21.0', module: 'builtin' }],
    patch: [],
    observation: [],
  },
  awaited: [{ instrumentation: 'express', library: 'express', version: '5.3.0', mechanism: 'patch' }],
  notInstrumented: [],
  switchedOff: [],
  blindSpot: undefined,
};

const line = (variables: Record<string, string>, serviceName = 'shop') =>
  startLine({ version: '0.1.0', serviceName, settings: parseEnvironment(variables).settings, diagnosis: DIAGNOSIS });

test('signals to one place share it, and what is looked into comes behind', () => {
  expect(line({})).toBe(
    'vigil 0.1.0: shop · traces+metrics+logs → http://127.0.0.1:4318 · Node.js 24.21.0, ESM · instruments http by channel; express 5.3.0 by patch',
  );
});

test('each place is named, without user and password', () => {
  const variables = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:secret@otel.example/in',
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://logs.example/push',
    OTEL_METRICS_EXPORTER: 'prometheus',
  };
  expect(line(variables)).toBe(
    'vigil 0.1.0: shop · traces → https://otel.example/in · metrics at http://127.0.0.1:9464/metrics · logs → http://logs.example/push · Node.js 24.21.0, ESM · instruments http by channel; express 5.3.0 by patch',
  );
});

test('nothing that is sent is said', () => {
  const off = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
  expect(line({ ...off, OTEL_TRACES_EXPORTER: 'console' })).toContain('vigil 0.1.0: shop · traces → console · Node.js');
  expect(line({ ...off, OTEL_TRACES_EXPORTER: 'none' })).toContain('shop · sends nothing · Node.js');
});

test('it stays one short line, whatever the service is called', () => {
  const said = line({}, `shop\nroot: logged in ${'x'.repeat(100_000)}`);
  expect(said).toMatch(/^vigil 0\.1\.0: shop root: logged in x+… · traces/);
  expect(said.length).toBeLessThan(500);
});
