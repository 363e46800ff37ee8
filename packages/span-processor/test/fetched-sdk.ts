import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMPAT = join(dirname(fileURLToPath(import.meta.url)), '../compat');
/** A fetch takes half a minute; a lock this old was left by a test that was killed. */
const STALE_LOCK_MILLIS = 10 * 60_000;

/**
 * The `require` of `compat/<name>`, whose packages are outside the workspace with a lock of their own; fetches them when they
 * are not there, once also where several test files ask at a time. @throws when they cannot be fetched.
 */
export function fetchedSdk(name: string): NodeJS.Require {
  const folder = join(COMPAT, name);
  const lock = join(folder, '.fetching');
  while (!existsSync(join(folder, 'node_modules/.package-lock.json')) || existsSync(lock)) {
    if (!taken(lock)) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      continue;
    }
    try {
      process.stderr.write(`fetching the packages of compat/${name} from npm (usually 20 s) …\n`);
      execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: 'inherit' });
    } finally {
      rmSync(lock, { recursive: true });
    }
  }
  return createRequire(join(folder, 'package.json'));
}

function taken(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > STALE_LOCK_MILLIS) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}
