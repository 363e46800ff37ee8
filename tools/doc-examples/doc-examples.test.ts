import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT, repositoryFiles } from '../tidy/repository.ts';
import { examplesOf } from './example.ts';

/** Below e2e/, because that package depends on every package an example may import. */
const FOLDER = join(ROOT, 'e2e/.doc-examples');

test('every TypeScript example in READMEs, docs and doc comments compiles', () => {
  const documented = repositoryFiles().filter(
    ({ path }) => path.endsWith('.md') || /^packages\/[^/]+\/src\/.*\.ts$/.test(path),
  );
  const examples = documented.flatMap(examplesOf);
  expect(examples.length).toBeGreaterThan(0);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const { path, line, code } of examples) {
    writeFileSync(join(FOLDER, `${path.replace(/[^a-z0-9]+/gi, '-')}-${line}.ts`), `${code}\nexport {};\n`);
  }
  const compilerOptions = {
    noEmit: true,
    customConditions: ['@vigil/source'],
    noUnusedLocals: false,
    rewriteRelativeImportExtensions: false,
  };
  writeFileSync(
    join(FOLDER, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions, include: ['*.ts'] }),
  );
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', FOLDER],
    { encoding: 'utf8' },
  );
  expect(stdout.split('\n').filter((message) => message.includes('error'))).toEqual([]);
  expect(status).toBe(0);
}, 60_000);
