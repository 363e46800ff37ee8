import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './vigil.ts';

/** Load that runs beside a test. */
export interface Load {
  /** Resolves when it has ended by itself. @throws when it failed. */
  readonly done: Promise<void>;
  /** Ends it early; resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

/** Starts the shop's load generator for so many seconds at 20 requests a second. */
export function startLoad(shop: string, seconds: number): Load {
  const args = ['load/main.ts', '--url', shop, '--rate', '20', '--seconds', String(seconds), '--json'];
  const child = spawn(process.execPath, args, { cwd: join(ROOT, 'examples/shop'), stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  let stopped = false;
  const done = ended.then((code) => {
    if (code !== 0 && !stopped) throw new Error(`the load generator ended with ${code}`);
  });
  return {
    done,
    stop: () => {
      stopped = true;
      child.kill('SIGTERM');
      return done;
    },
  };
}

/** Runs the load to its end. @throws when it fails. */
export function driveLoad(shop: string, seconds: number): Promise<void> {
  return startLoad(shop, seconds).done;
}
