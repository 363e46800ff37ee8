import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of this checkout. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** A file that git tracks or would add, with its text; paths are relative to the checkout. */
export interface RepositoryFile {
  readonly path: string;
  readonly text: string;
}

const BINARY = /\.(png|ico|gz|woff2?)$/;

/** Every file of the repository as it stands in the working tree, ignored ones left out. */
export function repositoryFiles(): RepositoryFile[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return list
    .split('\0')
    .filter((path) => path !== '' && !BINARY.test(path) && existsSync(join(ROOT, path)))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}
