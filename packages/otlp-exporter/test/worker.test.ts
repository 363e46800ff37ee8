import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Sink, type SinkStep, startSink } from '@vigil-internal/otlp-sink';
import { lostOf, runApp, unaccounted } from './run-app.ts';

jest.setTimeout(60_000);

let sink: Sink;
beforeAll(async () => {
  sink = await startSink();
});
afterAll(() => sink.close());

const taken = async (): Promise<number> => Object.keys((await sink.report()).taken['/v1/traces'] ?? {}).length;

describe('a worker that is terminated', () => {
  const SLOW: SinkStep = { kind: 'answer', delayMillis: 100 };

  test('three times under load: a new one each time, and the ledger agrees with what the receiver has', async () => {
    await sink.script([], SLOW);
    const before = await taken();
    const env = { SINK: sink.url, RATE: '2000', SECONDS: '4', KILL_EVERY: '800', KILLS: '3' };
    const { ledger, said, stderr } = await runApp('load.mjs', { env });
    const ids = (await taken()) - before;
    expect(said('stopped')).toEqual(['true', '4']);
    expect(unaccounted(ledger)).toBe(0);
    expect([ledger.queued, ledger.inflight]).toEqual([0, 0]);
    expect(ledger.accepted).toBeGreaterThan(1_000);
    expect(ids).toBeGreaterThanOrEqual(ledger.accepted);
    expect(ids).toBeLessThanOrEqual(ledger.accepted + ledger.unconfirmed);
    expect(lostOf(ledger)).toBe(ledger.lost.worker_crash);
    expect(stderr.match(/the export worker ended \(code 1\)/g)).toHaveLength(3);
  });

  test('a fourth time within a minute stays away: what waits is kept, and counted when the process stops', async () => {
    await sink.script([]);
    const env = { SINK: sink.url, RATE: '1000', SECONDS: '4', KILL_EVERY: '600', KILLS: '4' };
    const { ledger, said, stderr } = await runApp('load.mjs', { env });
    expect(said('stopped')).toEqual(['false', '4']);
    expect(stderr).toMatch(/ended too often, the next one starts in \d\d s/);
    expect(ledger.lost.shutdown_deadline).toBeGreaterThan(0);
    expect(unaccounted(ledger)).toBe(0);
  });
});

describe('faults of the receiver under load', () => {
  const steps = (step: SinkStep, times: number): SinkStep[] => Array<SinkStep>(times).fill(step);

  test.each<[string, readonly SinkStep[]]>([
    ['resets after the request', steps({ kind: 'reset', after: 'request' }, 2)],
    ['asks to retry', steps({ kind: 'answer', status: 503 }, 2)],
    ['refuses one batch', [{ kind: 'answer', status: 400 }]],
    ['answers with no HTTP', [{ kind: 'raw', bytes: 'no\r\n' }]],
    ['cuts requests off', steps({ kind: 'cut', bytes: 300 }, 2)],
    ['floods', [{ kind: 'flood', bytes: 2 ** 28 }]],
  ])('a receiver that %s: every span is accounted for, and it goes on', async (_, script) => {
    await sink.script(script);
    const before = await taken();
    const { ledger, code } = await runApp('load.mjs', { env: { SINK: sink.url, RATE: '1000', SECONDS: '3' } });
    const ids = (await taken()) - before;
    expect(code).toBe(0);
    expect(unaccounted(ledger)).toBe(0);
    expect(ledger.accepted).toBeGreaterThan(0);
    expect(ids).toBeGreaterThanOrEqual(ledger.accepted);
    expect(ids).toBeLessThanOrEqual(ledger.accepted + ledger.unconfirmed);
  });

  test('a receiver that is killed and comes back on its port two seconds later', async () => {
    const mortal = await startSink();
    const running = runApp('load.mjs', { env: { SINK: mortal.url, RATE: '1000', SECONDS: '9' } });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await mortal.kill();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await mortal.restart();
    const { ledger } = await running;
    const { spans } = await mortal.tally();
    await mortal.close();
    expect(unaccounted(ledger)).toBe(0);
    expect(spans.unique).toBeGreaterThanOrEqual(ledger.accepted);
    expect(spans.unique).toBeLessThanOrEqual(ledger.accepted + ledger.unconfirmed);
    // What is sent again after a broken connection is the same, to the byte.
    expect(spans.altered).toBe(0);
  });
});

describe('where the worker starts', () => {
  test.each([
    [
      'not allowed, it exports on the application thread and says so',
      ['--permission', '--allow-fs-read=*'],
      'no export worker',
    ],
    ['allowed, in one', ['--permission', '--allow-fs-read=*', '--allow-worker'], ''],
    ['with --disallow-code-generation-from-strings', ['--disallow-code-generation-from-strings'], ''],
    ['with --frozen-intrinsics', ['--frozen-intrinsics'], ''],
  ])('%s', async (_, flags, stderr) => {
    await sink.script([]);
    const result = await runApp('stop.mjs', { flags, env: { SINK: sink.url, FLUSH: '5000' } });
    expect(result).toMatchObject({ code: 0, ledger: { accepted: 2_000 } });
    expect(result.stderr).toContain(stderr);
    if (stderr === '') expect(result.stderr).not.toContain('no export worker');
    expect(unaccounted(result.ledger)).toBe(0);
  });

  test('it does not preload what NODE_OPTIONS of the application preload: one worker, not one in each', async () => {
    await sink.script([]);
    const preloaded = fileURLToPath(new URL('apps/preloaded.mjs', import.meta.url));
    const result = await runApp('nothing.mjs', { env: { SINK: sink.url, NODE_OPTIONS: `--import ${preloaded}` } });
    expect(result).toMatchObject({ code: 0, ledger: { accepted: 10 } });
    expect(result.lines.filter((line) => line === 'preloaded true')).toHaveLength(1);
    expect(result.said('workers')).toEqual(['1']);
  });
});

// The names and counters of threads are in /proc.
const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('an idle worker does not run: fewer than 10 wakings in 3 s, and the next span still arrives', async () => {
  await sink.script([]);
  const { said, ledger } = await runApp('idle.mjs', { env: { SINK: sink.url } });
  expect(Number(said('wakings')[0])).toBeLessThan(10);
  expect(said('delivered')).toEqual(['101']);
  expect(unaccounted(ledger)).toBe(0);
});
