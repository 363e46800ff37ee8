import fs from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** Extensions in which applications are ES modules, whatever their package.json says. */
const ALWAYS_ESM = /\.m[jt]s$/;

/**
 * The files of a library as the application would find it, by walking up from the folder of its entry point. Without asking the
 * library's `exports`, which hide most of what is watched.
 */
export function installedFiles(library: string, files: readonly string[], entry: string): string[] {
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    const found = files
      .map((file) => join(folder, 'node_modules', library, file))
      .filter((path) => fs.existsSync(path));
    if (found.length > 0 || folder === dirname(folder)) return found;
  }
}

/** Whether a file is an ES module, by its extension or the package.json nearest to it. */
export function isEsModule(path: string): boolean {
  if (ALWAYS_ESM.test(path)) return true;
  if (!/\.[jt]s$/.test(path)) return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (fs.existsSync(manifest))
      return (JSON.parse(fs.readFileSync(manifest, 'utf8')) as { type?: string }).type === 'module';
    if (folder === dirname(folder)) return false;
  }
}

/**
 * Loads the ES modules among a library's files now, for versions of Node.js that cannot tell when somebody imports them: by
 * `require`, which is the same module for who imports it later.
 *
 * @param entry the application's file; nothing is loaded for one in CommonJS.
 */
export function loadEagerly(library: string, files: readonly string[], entry: string | undefined): void {
  if (entry === undefined || !isEsModule(resolve(entry))) return;
  const require = createRequire(resolve(entry));
  for (const path of installedFiles(library, files, resolve(entry))) if (isEsModule(path)) require(path);
}
