import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const isAlive = (pid: number): boolean => {
  try {
    // A zombie waits for its parent only.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

test('a sink and its journal go with who started it, also when it is stopped and its parent ends without closing it', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'vigil-left-'));
  const sink = join(import.meta.dirname, 'sink.ts');
  const code = `import('${sink}').then(async ({ startSink }) => { const sink = await startSink(); sink.freeze(); console.log(sink.pid); process.exit(3); })`;
  const { stdout, status } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', code], {
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: temporary },
  });
  expect(status).toBe(3);
  const pid = Number(stdout);
  expect(pid).toBeGreaterThan(1);
  for (let look = 0; look < 50 && isAlive(pid); look += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isAlive(pid)).toBe(false);
  expect(readdirSync(temporary)).toEqual([]);
  rmSync(temporary, { recursive: true });
});
