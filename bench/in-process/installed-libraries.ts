import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Installs a competitor's folder as its lock says, unless that is done already; a package of the workspace has no such lock. */
export function installLibraries(folder: string, progress: (text: string) => void): void {
  if (!existsSync(join(folder, 'package-lock.json')) || existsSync(join(folder, 'node_modules/drizzle-orm'))) return;
  progress(`npm ci in ${folder}`);
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: 'ignore' });
}
