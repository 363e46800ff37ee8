import { relative } from 'node:path';
import type { Outcome } from './outcome.ts';

interface JestAssertion {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages?: readonly string[];
}

interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly JestAssertion[];
  }[];
}

const STATUS: Readonly<Record<string, Outcome['status']>> = {
  passed: 'passed',
  failed: 'failed',
  pending: 'skipped',
  skipped: 'skipped',
  disabled: 'skipped',
  todo: 'skipped',
};

/** The reason that `requires` (../requirement.ts) writes into the name of a test it skips. */
const REASON = / \(skipped: (.*)\)$/;

function outcomeOf(suite: string, assertion: JestAssertion): Outcome {
  const status = STATUS[assertion.status] ?? 'failed';
  const reason = REASON.exec(assertion.fullName)?.[1];
  const name = assertion.fullName.replace(REASON, '');
  if (status === 'skipped') return { suite, name, status, detail: reason ?? 'no reason given' };
  return { suite, name, status, detail: (assertion.failureMessages ?? []).join('\n') };
}

/**
 * Turns jest's `--json` report into outcomes, one a test; a file that failed to run at all is one failed outcome.
 *
 * @throws when `text` is not JSON.
 */
export function readJestReport(text: string, root: string): Outcome[] {
  const report = JSON.parse(text) as JestReport;
  return report.testResults.flatMap((file): Outcome[] => {
    const suite = relative(root, file.name);
    if (file.assertionResults.length > 0) return file.assertionResults.map((assertion) => outcomeOf(suite, assertion));
    return [{ suite, name: 'the file runs', status: 'failed', detail: file.message || 'no test in it' }];
  });
}
