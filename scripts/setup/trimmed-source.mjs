import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { StepError } from './step.mjs';

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();

/** The files that stand in for those of a module, relative to the checkout; none for a program that is built as it is. */
export function standInFiles(root, trimmed) {
  return trimmed === undefined ? [] : filesBelow(join(root, trimmed.files)).map((file) => join(trimmed.files, file));
}

/**
 * Puts a module's source, as the go.sum beside `dir` knows it, into `.vigil/programs/source` and the files that leave out
 * what is not used in place of its own. Returns the folder, in which the module's own go.mod and go.sum are the lock.
 */
export function trimmedSource(root, { output, dir, trimmed }) {
  const download = ['mod', 'download', '-json', trimmed.module];
  const { Dir: upstream } = JSON.parse(execFileSync('go', download, { cwd: join(root, dir), encoding: 'utf8' }));
  const target = join(root, '.vigil/programs/source', output);
  rmSync(target, { recursive: true, force: true });
  // Not cpSync: the module cache is read-only, and so would be its copy.
  for (const file of filesBelow(upstream)) {
    if (file.endsWith('_test.go')) continue;
    mkdirSync(dirname(join(target, file)), { recursive: true });
    writeFileSync(join(target, file), readFileSync(join(upstream, file)));
  }
  for (const file of filesBelow(join(root, trimmed.files))) {
    if (!existsSync(join(target, file)))
      throw new StepError(output, `${trimmed.module} has no ${file} any more`, `look through ${trimmed.files}`);
    copyFileSync(join(root, trimmed.files, file), join(target, file));
  }
  return target;
}
