import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandError } from '../command-error.ts';
import { identify, isAlive, type ProcessIdentity } from '../supervisor/process-identity.ts';

/**
 * Runs a task while no other process runs one under the same lock file: two `vigil up` at once would start two stacks
 * on one data folder. A lock whose holder is gone counts as free.
 *
 * @throws CommandError when another process holds it.
 */
export async function withRunLock<T>(path: string, task: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!take(path)) {
    const holder = holderOf(path);
    if (holder !== undefined && isAlive(holder)) {
      throw new CommandError(`another vigil (pid ${holder.pid}) is starting this stack: wait for it`);
    }
    rmSync(path, { force: true });
    if (!take(path)) throw new CommandError(`${path}: another vigil took it this moment: try again`);
  }
  try {
    return await task();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    writeFileSync(path, JSON.stringify(identify(process.pid)), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new CommandError(`${path}: cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

function holderOf(path: string): ProcessIdentity | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity | null;
    return typeof holder?.pid === 'number' ? holder : undefined;
  } catch {
    // Gone meanwhile, or cut short by a crash: either way nobody holds it.
    return undefined;
  }
}
