import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../stack/vigil.ts';

/** One version of each line that people run: two that Vigil does not support, its minimum, and what came after. */
export const NODE_VERSIONS = ['18.20.8', '20.20.2', '22.15.0', '22.23.3', '26.10.0'] as const;

/**
 * The program of another version of Node.js, from the npm package that brings it, installed below `.vigil` when it is not yet.
 *
 * @throws when it cannot be installed.
 */
export function otherNode(version: string): string {
  const folder = join(ROOT, '.vigil/node', version);
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const program = join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', `${name}@${version}`];
  execFileSync('npm', args, { cwd: folder, stdio: 'pipe' });
  return program;
}
