import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { CollectedHistogram } from './collected.ts';

type Collection = Record<string, Record<string, number>>;

interface Measured {
  readonly quiet: Collection;
  readonly busy: Collection;
  readonly after: Collection;
  readonly resourcesBefore: readonly string[];
  readonly resourcesAfter: readonly string[];
  readonly bareListeners: readonly string[];
  readonly listeners: readonly string[];
  readonly isStoreFree: boolean;
}

const MIB = 2 ** 20;
const run = promisify(execFile);

/** Runs it on the sources; a process that is held ends by the time limit, which is a failure. */
const app = (name: string, options: readonly string[] = []) =>
  run(
    process.execPath,
    [
      '--conditions=@vigil/source',
      '--disable-warning=ExperimentalWarning',
      ...options,
      join(import.meta.dirname, 'apps', name),
    ],
    { timeout: 60_000 },
  );

describe('a process that holds its loop for 300 ms, collects garbage, opens 10 files and starts a worker', () => {
  let measured: Measured;
  const value = (collection: Collection, name: string, labels = '') => collection[name]?.[labels] ?? Number.NaN;

  beforeAll(async () => {
    const { stdout, stderr } = await app('measured.ts', ['--expose-gc', '--max-old-space-size=300']);
    expect(stderr).toBe('');
    measured = JSON.parse(stdout);
  }, 90_000);

  test('the 300 ms are a delay, at most the one sample interval of 50 ms shorter', () => {
    expect(value(measured.quiet, 'nodejs.eventloop.delay.max')).toBeGreaterThan(0.24);
    expect(value(measured.quiet, 'nodejs.eventloop.time', 'active')).toBeGreaterThan(0.3);
    expect(value(measured.quiet, 'nodejs.eventloop.utilization')).toBeGreaterThan(0);
    expect(value(measured.quiet, 'nodejs.eventloop.utilization')).toBeLessThanOrEqual(1);
  });

  test('the collection that was asked for is a major one', () => {
    const durations = measured.quiet['v8js.gc.duration'] as unknown as Record<string, CollectedHistogram>;
    expect(durations.major?.count).toBeGreaterThanOrEqual(1);
    expect(durations.major?.sum).toBeGreaterThan(0);
  });

  test('the heap has a limit near the 300 MiB it was given, and its spaces stay below', () => {
    const limit = value(measured.quiet, 'v8js.memory.heap.limit');
    expect(limit).toBeGreaterThan(300 * MIB);
    expect(limit).toBeLessThan(600 * MIB);
    const used = Object.values(measured.quiet['v8js.memory.heap.used'] ?? {}).reduce((sum, bytes) => sum + bytes, 0);
    expect(used).toBeGreaterThan(2 * MIB);
    expect(used).toBeLessThan(value(measured.quiet, 'process.memory.usage'));
  });

  test('CPU, start and uptime are of this process', () => {
    expect(value(measured.quiet, 'process.cpu.time', 'user')).toBeGreaterThan(0.2);
    const utilization = measured.quiet['process.cpu.utilization'] ?? {};
    expect(utilization.user).toBeGreaterThan(0);
    expect(utilization.user).toBeLessThanOrEqual(1.1);
    expect(value(measured.quiet, 'process.start_time') * 1_000).toBeLessThan(Date.now());
    expect(value(measured.quiet, 'process.start_time') * 1_000).toBeGreaterThan(Date.now() - 120_000);
    expect(value(measured.quiet, 'process.uptime')).toBeGreaterThan(0.4);
    expect(value(measured.after, 'process.start_time')).toBe(value(measured.quiet, 'process.start_time'));
  });

  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('10 files more are 10 descriptors more, and the worker is a thread more', () => {
    const opened = value(measured.busy, 'process.unix.file_descriptor.count');
    expect(opened).toBeGreaterThanOrEqual(value(measured.quiet, 'process.unix.file_descriptor.count') + 10);
    expect(opened).toBeLessThan(value(measured.busy, 'process.unix.file_descriptor.limit'));
    expect(value(measured.busy, 'process.thread.count')).toBeGreaterThan(value(measured.quiet, 'process.thread.count'));
  });

  test('the worker counts while it runs, and has no listener of ours', () => {
    expect([measured.quiet, measured.busy, measured.after].map((at) => value(at, 'nodejs.worker.count'))).toEqual([
      0, 1, 0,
    ]);
    expect(measured.listeners).toEqual(measured.bareListeners);
  });

  test('nothing of ours is among what keeps the process alive, and the request in which it was switched on is let go', () => {
    expect(measured.resourcesAfter).toEqual(measured.resourcesBefore);
    expect(measured.isStoreFree).toBe(true);
  });
});
