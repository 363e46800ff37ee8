import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../stack/vigil.ts';

/** A package as it would be published. */
export interface PackedPackage {
  readonly name: string;
  readonly folder: string;
  /** Absolute path of the `.tgz`. */
  readonly tarball: string;
}

/**
 * Packs every package of `packages/` with `pnpm pack` into `.vigil/packed`, after the build that setup made.
 *
 * @throws when a package cannot be packed.
 */
export function packPackages(): PackedPackage[] {
  const destination = join(ROOT, '.vigil/packed');
  rmSync(destination, { recursive: true, force: true });
  mkdirSync(destination, { recursive: true });
  return readdirSync(join(ROOT, 'packages')).map((name) => {
    const folder = join(ROOT, 'packages', name);
    execFileSync('pnpm', ['pack', '--pack-destination', destination], { cwd: folder, stdio: 'pipe' });
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { name: `@vigil/${name}`, folder, tarball: join(destination, `vigil-${name}-${version}.tgz`) };
  });
}

/** A package and everything of the workspace that it needs. */
export function withDependencies(name: string, all: readonly PackedPackage[]): PackedPackage[] {
  const found = all.filter((one) => one.name === name);
  for (const { folder } of found) {
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    const { dependencies = {} } = JSON.parse(text) as { dependencies?: Readonly<Record<string, string>> };
    // The list grows while it is walked.
    found.push(...all.filter((one) => one.name in dependencies && !found.includes(one)));
  }
  return found;
}
