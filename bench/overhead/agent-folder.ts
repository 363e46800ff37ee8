import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Variant } from './variants.ts';

const APP = fileURLToPath(new URL('app', import.meta.url));
const PACKAGES = fileURLToPath(new URL('../../packages', import.meta.url));
const FILES = ['main.cjs', 'main.mjs', 'application.cjs', 'self-report.cjs'];

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

const versionIn = (folder: string, name: string): string | undefined => {
  const path = join(folder, 'node_modules', name, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version : undefined;
};

/** Whether what is installed is what the lock names, judged by what the folder asks for directly. */
function isInstalled(folder: string): boolean {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as Lock;
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.keys(dependencies).every(
    (name) => versionIn(folder, name) === packages[`node_modules/${name}`]?.version,
  );
}

/**
 * Makes a variant ready to run: installs the agent as locked, and puts the application into its folder, because Node.js looks
 * for libraries beside the file that asks for them.
 * @returns path of the folder with main.cjs and main.mjs. @throws when npm fails, or Vigil is not built.
 */
export function prepareAgent({ name, folder }: Variant, progress: (text: string) => void): string {
  if (folder === APP) {
    if (!existsSync(join(PACKAGES, 'node/dist/register.js')))
      throw new Error('the packages are not built: run pnpm build');
    return APP;
  }
  if (!isInstalled(folder)) {
    progress(`${name}: installing as locked (npm ci)`);
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  const entries = join(folder, '.app');
  rmSync(entries, { recursive: true, force: true });
  for (const file of FILES) cpSync(join(APP, file), join(entries, file));
  return entries;
}
