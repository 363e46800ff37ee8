import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import type { OverheadResult } from '../../bench/overhead/result.ts';

const BENCH = fileURLToPath(new URL('../../bench/bench.ts', import.meta.url));
const VARIANTS = ['bare', 'bare-again', 'vigil'];
const ROUTES = ['ping', 'list', 'echo'];

/** Times are not judged: this machine does other things as well. */
test('one short round of the overhead benchmark measures every figure of 3 programs on 3 routes, and none fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-overhead-'));
  try {
    const output = join(folder, 'overhead.json');
    const words = ['--quick', '--rounds', '1', '--variants', VARIANTS.join(), '--routes', ROUTES.join()];
    const { stdout } = await promisify(execFile)(process.execPath, [BENCH, 'overhead', ...words, '--output', output]);
    const { routes, processes } = JSON.parse(readFileSync(output, 'utf8')) as OverheadResult;
    expect(routes.map(({ variant, route }) => `${variant} ${route}`).toSorted()).toEqual(
      VARIANTS.flatMap((variant) => ROUTES.map((route) => `${variant} ${route}`)).toSorted(),
    );
    for (const row of routes) {
      const { variant, route, cpuMicros, requestsPerSecond, p50Millis, p99Millis, allocatedBytes, failures } = row;
      expect({ variant, route, failures }).toEqual({ variant, route, failures: 0 });
      for (const figure of [cpuMicros.median, requestsPerSecond.median, p50Millis, p99Millis, allocatedBytes])
        expect(figure).toBeGreaterThan(0);
    }
    expect(processes.map(({ variant, endings }) => [variant, endings])).toEqual(
      VARIANTS.map((variant) => [variant, { 0: 1 }]),
    );
    expect(stdout).toContain('CPU ÷ bare');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
