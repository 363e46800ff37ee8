import { expect, test } from '@jest/globals';
import { deadLinks, RULES } from './rule.ts';

const problemsOf = (claim: string, path: string, text: string) => {
  const rule = RULES.find((candidate) => candidate.claim.includes(claim));
  return rule?.applies(path) ? rule.problems({ path, text }) : [];
};

test('300 lines pass and 301 do not', () => {
  expect(problemsOf('lines', 'packages/a/src/x.ts', 'a\n'.repeat(300))).toEqual([]);
  expect(problemsOf('lines', 'packages/a/src/x.ts', 'a\n'.repeat(301))).toHaveLength(1);
});

test('a grab bag is refused by its name, in any folder', () => {
  for (const path of ['packages/a/src/utils.ts', 'packages/a/src/helpers/x.ts', 'e2e/types.ts']) {
    expect(problemsOf('named', path, '')).toHaveLength(1);
  }
  expect(problemsOf('named', 'packages/a/src/retry-budget.ts', '')).toEqual([]);
});

test('an import against the arrows is named', () => {
  expect(problemsOf('arrows', 'packages/monitoring/src/x.ts', "import { a } from '@vigil/node';")).toHaveLength(1);
  expect(problemsOf('arrows', 'packages/monitoring/src/x.ts', "import '@vigil/node/register';")).toHaveLength(1);
  expect(problemsOf('arrows', 'packages/monitoring/src/x.ts', "await import('@vigil/cli')")).toHaveLength(1);
  expect(problemsOf('arrows', 'packages/monitoring/src/x.ts', "import { a } from '@vigil/config/file';")).toEqual([]);
});

test('a relative import into another package is named, one inside its own is not', () => {
  const text = (path: string) => `import { a } from '${path}';`;
  expect(problemsOf('arrows', 'packages/cli/src/x.ts', text('../../config/src/file.ts'))).toHaveLength(1);
  expect(problemsOf('arrows', 'packages/cli/src/verbs/x.ts', text('../stack-paths.ts'))).toEqual([]);
});

test('process.env is refused outside packages/config', () => {
  expect(problemsOf('process.env', 'packages/cli/src/x.ts', 'const a = process.env.HOME;')).toHaveLength(1);
  expect(problemsOf('process.env', 'packages/config/src/x.ts', 'const a = process.env.HOME;')).toEqual([]);
});

test('a path of one machine is refused, the same word inside a longer path is not', () => {
  const path = ['', 'work', 'main'].join('/');
  expect(problemsOf('machine', 'docs/a.md', `see ${path}`)).toHaveLength(1);
  expect(problemsOf('machine', 'docs/a.md', `see .github${path}`)).toEqual([]);
});

test('a dead link is found, a link inside a code block is not', () => {
  const page = { path: 'docs/a.md', text: '[x](gone.md) [y](b.md)\n```\n[z](gone-too.md)\n```' };
  expect(deadLinks(page, (path) => path === 'docs/b.md')).toEqual(['dead link: gone.md']);
});
