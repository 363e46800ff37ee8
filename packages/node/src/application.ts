import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The application that is being started, as far as its package.json tells. */
export interface Application {
  /** Where modules are resolved from: the folder of the main script, or the current one. */
  readonly folder: string;
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/** The disk, so that tests need none. Each answers nothing instead of throwing. */
export interface Disk {
  readonly readText: (path: string) => string | undefined;
  readonly realPath: (path: string) => string | undefined;
}

export const DISK: Disk = {
  readText: (path) => orNothing(() => readFileSync(path, 'utf8')),
  realPath: (path) => orNothing(() => realpathSync(path)),
};

/**
 * Finds the nearest package.json with a name, upward from the main script. A script below `node_modules` is a tool that
 * starts the application (`.bin/next`): then the search begins in the current folder. Never throws.
 */
export function findApplication(script: string | undefined, currentFolder: string, disk: Disk): Application {
  const path = script === undefined ? undefined : (disk.realPath(script) ?? script);
  const isTool = path === undefined || /[\\/]node_modules[\\/]/.test(path);
  const folder = isTool ? currentFolder : dirname(path);
  for (const candidate of ancestors(folder)) {
    const manifest = readManifest(join(candidate, 'package.json'), disk);
    if (manifest?.name !== undefined) return { folder, name: manifest.name, version: manifest.version };
  }
  return { folder, name: undefined, version: undefined };
}

/** Version of a package as Node.js would find it from `folder`. Never throws. */
export function installedVersion(packageName: string, folder: string, disk: Disk): string | undefined {
  for (const candidate of ancestors(folder)) {
    const manifest = readManifest(join(candidate, 'node_modules', packageName, 'package.json'), disk);
    if (manifest?.version !== undefined) return manifest.version;
  }
  return undefined;
}

/**
 * Whether a package is there for the application or for one of its dependencies, as npm, Yarn and pnpm lay them out; true where that
 * cannot be seen. Never throws.
 */
export function isInstalledSomewhere(packageName: string, folder: string, disk: Disk): boolean {
  if (process.versions.pnp !== undefined) return true;
  if (installedVersion(packageName, folder, disk) !== undefined) return true;
  for (const candidate of ancestors(folder)) {
    const hidden = join(candidate, 'node_modules/.pnpm/node_modules', packageName, 'package.json');
    if (readManifest(hidden, disk) !== undefined) return true;
  }
  return false;
}

function* ancestors(folder: string): Generator<string> {
  let current = folder;
  for (;;) {
    yield current;
    const parent = dirname(current);
    if (parent === current) return;
    current = parent;
  }
}

function readManifest(path: string, disk: Disk): { readonly name?: string; readonly version?: string } | undefined {
  const text = disk.readText(path);
  if (text === undefined) return undefined;
  const manifest: unknown = orNothing(() => JSON.parse(text));
  if (typeof manifest !== 'object' || manifest === null) return undefined;
  const { name, version } = manifest as Record<string, unknown>;
  return { ...(typeof name === 'string' && { name }), ...(typeof version === 'string' && { version }) };
}

function orNothing<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined; // A missing or unreadable file is an answer here, not a failure.
  }
}
