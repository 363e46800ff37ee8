import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOT } from '../stack/vigil.ts';
import { packPackages } from './packed.ts';

/** Command line programs of the root package, by the file behind their name. */
const PUBLINT = join(ROOT, 'node_modules/publint/src/cli.js');
const ATTW = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');

describe.each(packPackages())('$name as it would be published', ({ tarball }) => {
  const entries = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
  const manifest = JSON.parse(execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }));

  test('brings licence, readme, code and declarations, and no test', () => {
    expect(entries).toEqual(expect.arrayContaining(['package/LICENSE', 'package/README.md', 'package/package.json']));
    expect(entries.some((entry) => entry.endsWith('.d.ts'))).toBe(true);
    expect(entries.filter((entry) => /\.test\.|\/testdata\/|tsbuildinfo/.test(entry))).toEqual([]);
  });

  test('asks for versions, not for a workspace or catalog', () => {
    const wanted = Object.values({ ...manifest.dependencies, ...manifest.peerDependencies } as Record<string, string>);
    expect(wanted.filter((range) => /workspace:|catalog:/.test(range))).toEqual([]);
  });

  test('runs no script when it is installed', () => {
    expect(Object.keys(manifest.scripts ?? {}).filter((script) => /install|prepare/.test(script))).toEqual([]);
  });

  test('publint finds nothing', () => {
    const { stdout, status } = spawnSync(process.execPath, [PUBLINT, 'run', tarball, '--strict'], { encoding: 'utf8' });
    expect({ status, stdout }).toMatchObject({ status: 0 });
  });

  test('attw resolves its types from ES modules and bundlers', () => {
    const args = [ATTW, tarball, '--profile', 'esm-only', '--format', 'ascii'];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
  });
});
