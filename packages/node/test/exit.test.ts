import type { ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type OtlpSink, type SinkBehaviour, startOtlpSink } from './otlp-sink.ts';
import { type AppOptions, runApp } from './run-app.ts';

jest.setTimeout(60_000);

/** After a dry event loop, `process.exit()` and an uncaught exception. */
const EXIT_MILLIS = 500;
/** After a signal. */
const SIGNAL_MILLIS = 2_000;
/** What a busy machine adds; OpenTelemetry's own exporter needs 8 to 10 s in these tests. */
const SLACK_MILLIS = 3_000;

/** By then the export worker has started, also on a busy machine: for collectors nothing can be flushed to. */
const WORKER_RUNS_MILLIS = 2_000;
const AFTER_WORKER_RUNS = { AFTER_MILLIS: `${WORKER_RUNS_MILLIS}`, OTEL_BSP_SCHEDULE_DELAY: '60000' };
/** The worker has started; the span waits for the age of its batch. */
const WORKER_RUNS = { FIRST: 'flush', OTEL_BSP_SCHEDULE_DELAY: '60000' };

let sink: OtlpSink | undefined;
afterEach(async () => {
  await sink?.close();
  sink = undefined;
});

async function collector(behaviour: SinkBehaviour = {}): Promise<OtlpSink> {
  sink = await startOtlpSink(behaviour);
  return sink;
}

/** An address nobody listens on: a free port of now may be somebody's a second later. */
const ABSENT_COLLECTOR = 'http://127.0.0.1:1';

const run = (app: string, url: string, { env, ...options }: AppOptions = {}) =>
  runApp(app, { ...options, env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, VIGIL_QUIET: 'true', ...env } });

const send =
  (signal: NodeJS.Signals, afterMillis = 0) =>
  (line: string, child: ChildProcess) => {
    if (line === 'ready') setTimeout(() => child.kill(signal), afterMillis);
  };

describe('when the event loop runs dry', () => {
  test('everything is sent and the exit code stays what the application chose', async () => {
    const { url, spans } = await collector();
    const { code, signal, stderr } = await run('one-span.mjs', url, { env: WORKER_RUNS });
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    expect(spans).toMatchObject([{ name: 'work' }]);
    expect(await run('nothing.mjs', url, { env: { EXIT_CODE: '3' } })).toMatchObject({ code: 3, signal: null });
  });

  test('a callback of an instrument that never answers does not hold the process, and the other metrics are sent', async () => {
    const { url, metrics } = await collector();
    const { code, millisAfterOutput } = await run('hanging-gauge.mjs', url);
    expect(code).toBe(0);
    expect(millisAfterOutput).toBeLessThan(EXIT_MILLIS + SLACK_MILLIS);
    expect(metrics.map(({ name }) => name)).toContain('counted');
  });

  test('a collector that is down costs no second, and is said without a stack', async () => {
    const { code, millisAfterOutput, stderr } = await run('one-span.mjs', ABSENT_COLLECTOR, {
      env: AFTER_WORKER_RUNS,
    });
    expect(code).toBe(0);
    expect(millisAfterOutput).toBeLessThan(WORKER_RUNS_MILLIS + EXIT_MILLIS + SLACK_MILLIS);
    expect(stderr).toMatch(/1 spans not delivered/);
    expect(stderr.match(/traces/g)?.length).toBeLessThanOrEqual(2);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('a collector that hangs costs the 500 ms, not more', async () => {
    const { url } = await collector({ hangs: true });
    const { code, millisAfterOutput } = await run('one-span.mjs', url, { env: AFTER_WORKER_RUNS });
    expect(code).toBe(0);
    expect(millisAfterOutput).toBeGreaterThan(WORKER_RUNS_MILLIS + EXIT_MILLIS - 100);
    expect(millisAfterOutput).toBeLessThan(WORKER_RUNS_MILLIS + EXIT_MILLIS + SLACK_MILLIS);
  });

  test.each([
    ['hangs', { hangs: true }],
    ['asks to retry', { statusCodes: Array(20).fill(503) as number[] }],
  ])('an export on its way to a collector that %s does not keep the process alive', async (_, behaviour) => {
    const { url, requests } = await collector(behaviour);
    const { code, millisAfterOutput } = await run('busy-export.mjs', url, { env: { OTEL_BSP_SCHEDULE_DELAY: '10' } });
    expect(requests.some(({ path }) => path === '/v1/traces')).toBe(true);
    expect(code).toBe(0);
    expect(millisAfterOutput).toBeLessThan(EXIT_MILLIS + SLACK_MILLIS);
  });
});

describe('on a signal nobody else listens to', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s: everything is sent, then the process dies of it',
    async (signal) => {
      const { url, spans } = await collector();
      const result = await run('one-span.mjs', url, { env: { THEN: 'stay', ...WORKER_RUNS }, onLine: send(signal) });
      expect(result).toMatchObject({ code: null, signal });
      expect(spans).toHaveLength(1);
    },
  );

  test('a span inside a request that is not over is sent too', async () => {
    const { url, spans } = await collector();
    const env = { THEN: 'stay', FIRST: 'flush', INSIDE: 'true', OTEL_TRACES_SAMPLER: '', VIGIL_SAMPLING_RATIO: '1' };
    const result = await run('one-span.mjs', url, { env, onLine: send('SIGTERM') });
    expect(result).toMatchObject({ signal: 'SIGTERM' });
    expect(spans).toMatchObject([{ name: 'work' }]);
  });

  test('a collector that hangs delays SIGTERM by 2 s, not more', async () => {
    const { url } = await collector({ hangs: true });
    const onLine = send('SIGTERM', WORKER_RUNS_MILLIS);
    const result = await run('one-span.mjs', url, { env: { THEN: 'stay' }, onLine });
    expect(result).toMatchObject({ signal: 'SIGTERM' });
    expect(result.millisAfterOutput).toBeLessThan(WORKER_RUNS_MILLIS + SIGNAL_MILLIS + SLACK_MILLIS);
  });

  test('a second SIGINT ends a hanging flush at once', async () => {
    const { url } = await collector({ hangs: true });
    let sentMillis = 0;
    const result = await run('one-span.mjs', url, {
      env: { THEN: 'stay' },
      onLine: (line, child) => {
        if (line !== 'ready') return;
        child.kill('SIGINT');
        setTimeout(() => {
          sentMillis = performance.now();
          child.kill('SIGINT');
        }, 200);
      },
    });
    expect(result.signal).toBe('SIGINT');
    expect(performance.now() - sentMillis).toBeLessThan(SIGNAL_MILLIS - 200);
  });
});

describe('on a signal the application listens to', () => {
  test('its handler runs once and its exit code counts, and everything is sent', async () => {
    const { url, spans } = await collector();
    const result = await run('own-handler.mjs', url, { onLine: send('SIGTERM') });
    expect(result).toMatchObject({ code: 7, signal: null, stdout: 'ready\nhandler\n' });
    expect(spans).toHaveLength(1);
  });

  test('a listener that counts listeners, as signal-exit does, finds itself alone and dies of the signal', async () => {
    const { url } = await collector();
    const result = await run('counts-listeners.mjs', url, { onLine: send('SIGINT') });
    expect(result).toMatchObject({ signal: 'SIGINT', stdout: 'ready\nlisteners 1\n' });
  });
});

describe('when the application ends at once', () => {
  test('an uncaught exception keeps its message and exit code 1, and what is queued is sent', async () => {
    const { url, spans } = await collector();
    const result = await run('one-span.mjs', url, { env: { THEN: 'throw', ...WORKER_RUNS } });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('Error: application error');
    expect(spans).toMatchObject([{ name: 'work' }]);
  });

  test('process.exit(4) exits with 4, and what is queued is sent', async () => {
    const { url, spans } = await collector();
    const result = await run('one-span.mjs', url, { env: { THEN: 'exit', ...WORKER_RUNS } });
    expect(result).toMatchObject({ code: 4, stderr: '' });
    expect(spans).toMatchObject([{ name: 'work' }]);
  });

  test.each([
    ['throw', 1],
    ['exit', 4],
  ])('%s: what was counted since the last collection of metrics is sent', async (then, code) => {
    const { url, metrics } = await collector();
    const result = await run('last-count.mjs', url, { env: { THEN: then } });
    expect(result.code).toBe(code);
    expect(metrics.filter(({ name }) => name === 'app.last')).toHaveLength(1);
    expect(metrics.map(({ name }) => name)).toContain('vigil.span.ended');
  });

  test.each([
    ['throw', 1],
    ['exit', 4],
  ])('%s with a collector that hangs: exit code %d after 500 ms, not more', async (then, code) => {
    const { url } = await collector({ hangs: true });
    const result = await run('one-span.mjs', url, { env: { THEN: then } });
    expect(result.code).toBe(code);
    expect(result.millisAfterOutput).toBeLessThan(EXIT_MILLIS + SLACK_MILLIS);
  });
});

describe('retry', () => {
  test('a batch the collector cannot take now is delivered a second later', async () => {
    const { url, spans } = await collector({ statusCodes: [503] });
    const result = await run('one-span.mjs', url, {
      env: { THEN: 'stay', OTEL_BSP_SCHEDULE_DELAY: '10', OTEL_METRICS_EXPORTER: 'none' },
      onLine: send('SIGTERM', 2_500),
    });
    expect(result).toMatchObject({ signal: 'SIGTERM', stderr: '' });
    expect(spans).toHaveLength(1);
  });
});
