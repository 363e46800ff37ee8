import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type OtlpSink, startOtlpSink } from './otlp-sink.ts';
import { type AppOptions, type AppRun, runApp } from './run-app.ts';

jest.setTimeout(60_000);

let sink: OtlpSink;
beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(() => sink.close());

const REGISTER = ['--import', '@vigil/node/register'];

const run = (app: string, { env, ...options }: AppOptions = {}): Promise<AppRun> =>
  runApp(app, { ...options, env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...env } });

const linesOf = ({ stderr }: AppRun) => stderr.split('\n').filter((line) => line !== '');

test.each([
  ['OTEL_SDK_DISABLED', 'true'],
  ['VIGIL_ENABLED', 'false'],
])('%s=%s: the application runs, nothing is sent, one line says why', async (name, value) => {
  const result = await run('one-span.mjs', { env: { [name]: value } });
  expect(result).toMatchObject({ code: 0, stdout: 'ready\n' });
  expect(linesOf(result)).toEqual([expect.stringMatching(`^vigil \\S+ stands down: ${name}=${value}$`)]);
  expect(sink.requests).toEqual([]);
});

test('loaded a second time, the second stands down and the first sends each span once', async () => {
  const again = new URL('../dist/register.js?again', import.meta.url).href;
  const result = await run('one-span.mjs', { flags: [...REGISTER, '--import', again], env: { THEN: 'flush' } });
  expect(linesOf(result)[1]).toMatch(/^vigil \S+ stands down: @vigil\/node \S+ runs in this process already$/);
  expect(sink.spans).toHaveLength(1);
});

test('the flag both on the command line and in NODE_OPTIONS starts once, without a word about it', async () => {
  const result = await run('one-span.mjs', { env: { NODE_OPTIONS: REGISTER.join(' '), THEN: 'flush' } });
  expect(linesOf(result)).toHaveLength(1);
  expect(sink.spans).toHaveLength(1);
});

test('beside an SDK that is registered already it stands down and leaves that SDK in place', async () => {
  const result = await run('one-span.mjs', { flags: ['--import', './test/apps/other-sdk.mjs', ...REGISTER] });
  expect(result.code).toBe(0);
  expect(linesOf(result)).toEqual([
    expect.stringMatching(/stands down: another OpenTelemetry SDK is registered already$/),
  ]);
  expect(sink.requests).toEqual([]);
});

test('beside an agent that is preloaded after it, it stands down', async () => {
  const result = await run('nothing.mjs', { env: { NODE_OPTIONS: '--title=dd-trace/init' } });
  expect(linesOf(result)).toEqual([expect.stringMatching(/stands down: dd-trace is preloaded too$/)]);
});

test('a foreign version of the API costs telemetry, not the application', async () => {
  const result = await run('one-span.mjs', { flags: ['--import', './test/apps/other-api.mjs', ...REGISTER] });
  expect(result).toMatchObject({ code: 0, stdout: 'ready\n' });
  expect(result.stderr).toMatch(/did not start, the application runs without telemetry: .*another version of the API/);
  expect(sink.requests).toEqual([]);
});

test('a preload that throws costs one line, not the application', async () => {
  const result = await run('nothing.mjs', { flags: ['--import', './test/apps/broken-preload.mjs', ...REGISTER] });
  expect(result.code).toBe(0);
  expect(linesOf(result)).toEqual([
    expect.stringMatching(/^vigil \S+ did not start, the application runs without telemetry: broken$/),
  ]);
});

test('in a package manager it stands down without a word and loads nothing of OpenTelemetry', async () => {
  const result = await run('npm-cli.js');
  expect(result).toMatchObject({ code: 0, stderr: '', stdout: 'OpenTelemetry loaded: false\n' });
});

test('a worker thread is left alone without a word, and instrumented with VIGIL_WORKERS=true', async () => {
  const alone = await run('worker.mjs', { env: { OTEL_METRICS_EXPORTER: 'none' } });
  expect(linesOf(alone)).toHaveLength(1);
  expect(sink.spans).toEqual([]);
  await run('worker.mjs', { env: { VIGIL_WORKERS: 'true' } });
  expect(sink.spans).toMatchObject([{ name: 'in worker' }]);
});

test.each([
  ['--import', false],
  ['-r', true],
])(
  'with VIGIL_WORKERS=true and %s, a worker thread of a string of CommonJS is recorded: %p, as Node.js preloads there',
  async (flag, isRecorded) => {
    const env = { VIGIL_WORKERS: 'true', VIGIL_QUIET: 'true', OTEL_METRICS_EXPORTER: 'none' };
    const result = await run('eval-worker.cjs', { flags: [flag, '@vigil/node/register'], env });
    expect(result).toMatchObject({ code: 0, stdout: `recorded ${isRecorded}\n`, stderr: '' });
  },
);

test('a wrong variable is one line, and its default is used', async () => {
  const env = { OTEL_BLRP_MAX_QUEUE_SIZE: 'many', VIGIL_QUITE: 'true', THEN: 'flush' };
  const result = await run('one-span.mjs', { env });
  expect(result.stderr).toContain(
    'vigil: OTEL_BLRP_MAX_QUEUE_SIZE: expected an integer from 1 to 1000000, got "many"; using 2048\n',
  );
  expect(result.stderr).toContain('vigil: VIGIL_QUITE: unknown variable, ignored');
  expect(sink.spans).toHaveLength(1);
});
