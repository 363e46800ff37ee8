import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { endRunning } from './command.ts';

const ENGINE_ENDS_MILLIS = 30_000;

/** Ctrl-C and SIGTERM: what runs is told, and what its tests had started is stopped. */
export interface Interruption {
  /** Whether one came. */
  readonly came: () => boolean;
  /** Stops and removes what the tests noted as theirs. */
  readonly clearUp: () => Promise<void>;
}

/** Listens from now on; a second Ctrl-C ends at once. `list`: file in which the tests note what they start. */
export function listenForInterruption(root: string, list: string): Interruption {
  let came = false;
  rmSync(list, { force: true });
  process.env.VIGIL_TEST_LEFT_BEHIND = list;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      came = true;
      process.stderr.write('\ntest: interrupted; stopping what the tests had started\n');
      endRunning(signal);
    });
  }
  return { came: () => came, clearUp: () => clearUp(root, list) };
}

async function clearUp(root: string, list: string): Promise<void> {
  const lines = existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : [];
  for (const line of new Set(lines)) {
    const [kind = '', folder = ''] = line.split(' ', 2);
    if (!existsSync(folder)) continue;
    if (kind === 'home') {
      const words = ['down', '--volumes', '--engine', 'native', '--home', folder];
      spawnSync(process.execPath, [join(root, 'packages/cli/bin/vigil.js'), ...words], { cwd: root, stdio: 'ignore' });
    } else await engineEnd(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
  }
}

/** The daemon has had the signal itself; its pid file goes when it ends. */
async function engineEnd(folder: string): Promise<void> {
  const end = performance.now() + ENGINE_ENDS_MILLIS;
  while (existsSync(join(folder, 'pid')) && performance.now() < end) await setTimeout(200);
}
