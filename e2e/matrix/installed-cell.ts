import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cell } from './cells.ts';

/** What is installed of a cell. */
type Installed = Pick<Cell, 'folder' | 'build'>;

export const MATRIX = fileURLToPath(new URL('.', import.meta.url));

const INSTALL_TIMEOUT_MILLIS = 300_000;
const BUILD_TIMEOUT_MILLIS = 300_000;

/** What npm says where the registry cannot be had; all else is a mistake of ours and fails. */
const UNREACHABLE = /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ERR_SOCKET_TIMEOUT|ENETUNREACH/;

const missing = new Map<string, string | undefined>();

/**
 * Installs a cell's packages as they are locked, and builds what is to be built, where that has not been done.
 *
 * @returns what is missing, as a sentence part; undefined when the cell can be run.
 */
export function whatIsMissing(cell: Installed): string | undefined {
  if (!missing.has(cell.folder)) missing.set(cell.folder, install(cell));
  return missing.get(cell.folder);
}

function install({ folder, build }: Installed): string | undefined {
  const path = join(MATRIX, folder);
  const marker = join(path, 'node_modules/.installed');
  const lock = createHash('sha256')
    .update(readFileSync(join(path, 'package-lock.json')))
    .digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return undefined;
  try {
    const options = { cwd: path, stdio: 'pipe', timeout: INSTALL_TIMEOUT_MILLIS } as const;
    // Not `npm ci`, which refuses a lock without the optional packages of other systems, as some mirrors have it.
    execFileSync(
      'npm',
      ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      options,
    );
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr ?? error);
    if (!UNREACHABLE.test(said)) throw error;
    return `no package registry for ${folder}: ${said.split('\n', 1)[0]}`;
  }
  if (build) {
    execFileSync('npx', ['--no-install', ...build], {
      cwd: path,
      stdio: 'pipe',
      timeout: BUILD_TIMEOUT_MILLIS,
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
    });
  }
  writeFileSync(marker, lock);
  return undefined;
}
