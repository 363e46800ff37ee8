import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './outcome.ts';

/** Per cent of lines that the unit tests of a package must run. */
const LINES_MINIMUM = 80;

type CoverageSummary = Readonly<
  Record<string, { readonly lines: { readonly total: number; readonly covered: number } }>
>;

/** One outcome a package from jest's `coverage-summary.json`: its lines covered, in per cent, against 80. */
export function judgeCoverage(summary: CoverageSummary, root: string): Outcome[] {
  return readdirSync(join(root, 'packages')).map((name): Outcome => {
    const files = Object.entries(summary).filter(([file]) => file.startsWith(join(root, 'packages', name, 'src')));
    const sum = (key: 'total' | 'covered') => files.reduce((total, [, { lines }]) => total + lines[key], 0);
    const percent = (100 * sum('covered')) / Math.max(1, sum('total'));
    const detail = `${percent.toFixed(1)} % of lines`;
    const status = percent >= LINES_MINIMUM ? 'passed' : 'failed';
    return {
      suite: 'coverage',
      name: `@vigil/${name} has at least ${LINES_MINIMUM} % of its lines covered`,
      status,
      detail,
    };
  });
}
