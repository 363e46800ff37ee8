import { dirname, join } from 'node:path';
import type { ApplicationDisk } from './application-disk.ts';

type Texts = Pick<ApplicationDisk, 'readText'>;

/** What is asked of a package.json; what is not of its type is absent. */
export interface PackageManifest {
  readonly name: string | undefined;
  readonly type: 'module' | 'commonjs' | undefined;
  readonly main: string | undefined;
  readonly version: string | undefined;
  /** Names of `dependencies` and `optionalDependencies`. */
  readonly dependencies: readonly string[];
}

/** Never throws. */
export function readManifest(folder: string, disk: Texts): PackageManifest | undefined {
  const text = disk.readText(join(folder, 'package.json'));
  const manifest = text === undefined ? undefined : parsed(text);
  if (manifest === undefined) return undefined;
  const { name, type, main, version, dependencies, optionalDependencies } = manifest;
  return {
    name: typeof name === 'string' ? name : undefined,
    type: type === 'module' || type === 'commonjs' ? type : undefined,
    main: typeof main === 'string' ? main : undefined,
    version: typeof version === 'string' ? version : undefined,
    dependencies: [...new Set([...keysOf(dependencies), ...keysOf(optionalDependencies)])],
  };
}

/** The package.json that Node.js takes for a file of this folder: the nearest one upward. Never throws. */
export function nearestManifest(folder: string, disk: Texts): PackageManifest | undefined {
  for (const candidate of ancestors(folder)) {
    const manifest = readManifest(candidate, disk);
    if (manifest !== undefined) return manifest;
  }
  return undefined;
}

/** Version of a package as Node.js would find it from `folder`. Never throws. */
export function installedVersion(library: string, folder: string, disk: Texts): string | undefined {
  for (const candidate of ancestors(folder)) {
    const version = readManifest(join(candidate, 'node_modules', library), disk)?.version;
    if (version !== undefined) return version;
  }
  return undefined;
}

/** A folder, and each one above it. */
export function* ancestors(folder: string): Generator<string> {
  let current = folder;
  for (;;) {
    yield current;
    const parent = dirname(current);
    if (parent === current) return;
    current = parent;
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // Node.js will say what is wrong with it.
  }
}

const keysOf = (value: unknown): string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : []);
