import { readdirSync } from 'node:fs';
import { parse } from 'yaml';
import type { AlertingRule, RecordingRule, RuleGroup } from '../rule-file.ts';
import { ROOT, textOf } from './checkout.ts';

/** One named case of a promtool test file. */
export interface RuleTestCase {
  readonly file: string;
  readonly name: string;
  /** Alerts it asserts, with how many are expected to fire: 0 is the silent half. */
  readonly asserted: readonly { readonly alert: string; readonly firing: number }[];
}

const yamlFiles = (folder: string) =>
  readdirSync(`${ROOT}${folder}`)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name}`);

export const ruleFiles = (): string[] => yamlFiles('alerting/rules');

/** Every rule of the committed files. */
export function committedRules(): (RecordingRule | AlertingRule)[] {
  return ruleFiles().flatMap((path) => {
    const { groups } = parse(textOf(path)) as { groups: RuleGroup[] };
    return groups.flatMap(({ rules }) => rules);
  });
}

interface TestFile {
  tests: { name: string; alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[] }[];
}

/** Every case of alerting/tests. */
export function ruleTestCases(): RuleTestCase[] {
  return yamlFiles('alerting/tests').flatMap((file) => {
    const { tests } = parse(textOf(file), { merge: true }) as TestFile;
    return tests.map(({ name, alert_rule_test = [] }) => ({
      file,
      name,
      asserted: alert_rule_test.map(({ alertname, exp_alerts }) => ({ alert: alertname, firing: exp_alerts.length })),
    }));
  });
}
