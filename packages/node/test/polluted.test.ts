import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type OtlpSink, startOtlpSink } from './otlp-sink.ts';
import { runApp } from './run-app.ts';

jest.setTimeout(60_000);

let sink: OtlpSink;
beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(() => sink.close());

/** Pollutes `Object.prototype` before anything of ours is loaded. */
const preload = (keys: readonly string[]) => {
  const value = '{ __proto__: null, value: "polluted", writable: true, configurable: true, enumerable: true }';
  const code = keys.map((key) => `Object.defineProperty(Object.prototype, ${JSON.stringify(key)}, ${value});`).join('');
  return `data:text/javascript,${encodeURIComponent(code)}`;
};

const run = (keys: readonly string[], env: Record<string, string> = {}) =>
  runApp('one-span.mjs', {
    flags: ['--import', preload(keys), '--import', '@vigil/node/register'],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...env },
  });

test.each([
  [['polluted', 'isAdmin', 'toJSON2']],
  // Names of our own options.
  [['url', 'headers', 'compression', 'certificateFile', 'ringBytes', 'worker', 'breaker', 'limits']],
  [['sampler', 'maxOpenSpans', 'idGenerator', 'tailRetention', 'routes', 'pipeline', 'clock', 'jitter', 'maxSpans']],
])('an Object.prototype with %j on it before the start: a span is delivered', async (keys) => {
  const { code, stdout, stderr } = await run(keys, { THEN: 'flush' });
  expect([code, stdout]).toEqual([0, 'ready\n']);
  expect(stderr).not.toMatch(/did not start/);
  expect(sink.spans).toMatchObject([{ name: 'work' }]);
});

test('with "get" on it no code can define a property: one line says so, and the application runs', async () => {
  const bare = spawnSync(process.execPath, [
    '--import',
    preload(['get']),
    '-e',
    'Object.defineProperty({}, "a", { value: 1 })',
  ]);
  expect(bare.status).toBe(1);
  const { code, stdout, stderr } = await run(['get']);
  expect([code, stdout]).toEqual([0, 'ready\n']);
  expect(stderr).toMatch(/^vigil \S+ did not start, the application runs without telemetry: .*[Gg]etter.*\n$/);
});
