import { dirname, join } from 'node:path';
import { type ApplicationDisk, ancestors, installedVersion, readManifest } from '@vigil/instrumentation/report';

/** The application that is being started, as far as its package.json tells. */
export interface Application {
  /** Where modules are resolved from: the folder of the main script, or the current one. */
  readonly folder: string;
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/** What is read of the disk. */
export type Disk = Pick<ApplicationDisk, 'readText' | 'realPath'>;

/**
 * Finds the nearest package.json with a name, upward from the main script. A script below `node_modules` is a tool that
 * starts the application (`.bin/next`): then the search begins in the current folder. Never throws.
 */
export function findApplication(script: string | undefined, currentFolder: string, disk: Disk): Application {
  const path = script === undefined ? undefined : (disk.realPath(script) ?? script);
  const isTool = path === undefined || /[\\/]node_modules[\\/]/.test(path);
  const folder = isTool ? currentFolder : dirname(path);
  for (const candidate of ancestors(folder)) {
    const manifest = readManifest(candidate, disk);
    if (manifest?.name !== undefined) return { folder, name: manifest.name, version: manifest.version };
  }
  return { folder, name: undefined, version: undefined };
}

/**
 * Whether a package is there for the application or for one of its dependencies, as npm, Yarn and pnpm lay them out; true where that
 * cannot be seen. Never throws.
 */
export function isInstalledSomewhere(packageName: string, folder: string, disk: Disk): boolean {
  if (process.versions.pnp !== undefined) return true;
  if (installedVersion(packageName, folder, disk) !== undefined) return true;
  for (const candidate of ancestors(folder)) {
    const hidden = join(candidate, 'node_modules/.pnpm/node_modules', packageName);
    if (readManifest(hidden, disk) !== undefined) return true;
  }
  return false;
}
