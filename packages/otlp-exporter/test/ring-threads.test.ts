import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

test('two threads, the reading one killed 12 times at any instruction: no span is damaged, read twice, left out or uncounted (30,000 spans)', async () => {
  const main = fileURLToPath(new URL('./ring-threads-main.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@vigil/source', main, '30000', '12']);
  const { damages, crashes, crashed, accepted, taken, killed, ...left } = JSON.parse(stdout);
  expect(damages).toEqual([]);
  expect(killed).toBe(12);
  expect(left).toEqual({ queued: 0, inflight: 0 });
  expect(taken).toBe(30_000);
  expect(crashes).toBe(crashed);
  expect(accepted + crashes).toBeLessThanOrEqual(30_000);
  expect(accepted).toBeGreaterThan(25_000);
}, 120_000);
