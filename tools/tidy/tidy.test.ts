import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT, repositoryFiles } from './repository.ts';
import { deadLinks, RULES } from './rule.ts';

const files = repositoryFiles();

for (const rule of RULES) {
  test(`tidy: every file it concerns ${rule.claim}`, () => {
    const concerned = files.filter(({ path }) => rule.applies(path));
    expect(concerned.length).toBeGreaterThan(0);
    expect(concerned.flatMap((file) => rule.problems(file).map((problem) => `${file.path}: ${problem}`))).toEqual([]);
  });
}

test('tidy: every relative link in Markdown leads to a file', () => {
  const pages = files.filter(({ path }) => path.endsWith('.md') && !path.startsWith('.changeset/'));
  const dead = pages.flatMap((page) =>
    deadLinks(page, (path) => existsSync(join(ROOT, path))).map((problem) => `${page.path}: ${problem}`),
  );
  expect(pages.length).toBeGreaterThan(0);
  expect(dead).toEqual([]);
});
