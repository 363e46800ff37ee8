import { readdirSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { alerts } from './render.ts';
import { checkoutConfig, ROOT, smallConfig, textOf } from './test/checkout.ts';
import { runProgram } from './test/programs.ts';
import { ruleFiles, ruleTestCases } from './test/rule-files.ts';
import { ruleTestResults } from './test/rule-test-results.ts';

const MINUTE = 60_000;
const cases = ruleTestCases();
const alertNames = [...new Set(alerts(checkoutConfig()).map(({ alert }) => alert))].sort();

test.each(ruleFiles())('promtool finds nothing wrong with %s, by any of its lints', async (path) => {
  await expect(runProgram('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', path])).resolves.toContain(
    'SUCCESS',
  );
});

// All files at once, each in one promtool; a case then only looks up what became of it.
const results = new Map<string, string[]>();
beforeAll(async () => {
  const files = [...new Set(cases.map(({ file }) => file))];
  await Promise.all(files.map(async (file) => results.set(file, await ruleTestResults(file))));
}, 5 * MINUTE);

for (const { file, name } of cases) {
  test(`promtool, ${file}: ${name}`, () => {
    const own = cases.filter((one) => one.file === file);
    expect(results.get(file)).toHaveLength(own.length);
    expect(results.get(file)?.[own.findIndex((one) => one.name === name)]).toBe('passed');
  });
}

test('every case of the rule tests has a name of its own, so that none runs unseen', () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});

test.each(alertNames)('%s has a case in which it is silent and one in which it fires', (name) => {
  const firing = cases.flatMap(({ asserted }) =>
    asserted.filter(({ alert }) => alert === name).map((one) => one.firing),
  );
  // The Watchdog is the exception: it is never silent.
  if (name !== 'Watchdog') expect(firing).toContain(0);
  expect(Math.max(...firing)).toBeGreaterThan(0);
});

test('every alert has a runbook, and every runbook an alert', () => {
  const pages = readdirSync(`${ROOT}docs/runbooks`).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(pages.map((name) => name.replace(/\.md$/, '')).sort()).toEqual(alertNames);
});

test.each(alertNames)('the runbook of %s says what it means, what to look at first, and how to mitigate', (name) => {
  const headings = [...textOf(`docs/runbooks/${name}.md`).matchAll(/^#{1,2} (.*)$/gm)].map((match) => match[1]);
  expect(headings).toEqual([name, 'Meaning', 'Impact', 'First look', 'Diagnosis', 'Mitigation']);
});

test('an alert’s name is CamelCase and opens with its subject', () => {
  const subjects = /^(Availability|Latency|Service|Collector|Store|Prometheus|Alertmanager|Watchdog)([A-Z][a-z]+)*$/;
  for (const name of alertNames) expect(name).toMatch(subjects);
});

test('every alert says who acts, on what, and where to read on', () => {
  for (const config of [checkoutConfig(), smallConfig()]) {
    for (const alert of alerts(config)) {
      expect(alert.summary).not.toContain('{{');
      expect(alert.summary).toMatch(/\.$/);
      expect(alert.description).toMatch(/\.$/);
      for (const text of [alert.family, alert.service, alert.team, alert.expr]) expect(text).not.toBe('');
    }
  }
});
