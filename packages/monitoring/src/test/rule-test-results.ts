import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './programs.ts';

const CASE = /<testcase name="[^"]*">(.*?)<\/testcase>/gs;
const ENTITIES: Readonly<Record<string, string>> = { '#xA': '\n', '#34': '"', '#39': "'", amp: '&', lt: '<', gt: '>' };

/**
 * Runs a promtool test file once and says for each of its cases, in their order, what went wrong; `passed` when nothing did.
 *
 * @throws Error when promtool could not read the file at all.
 */
export async function ruleTestResults(file: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-rule-tests-'));
  try {
    const report = join(folder, 'report.xml');
    const failed = await runProgram('promtool', ['test', 'rules', '--diff', `--junit=${report}`, file]).then(
      () => undefined,
      (error: Error) => error,
    );
    const cases = [...readFileSync(report, 'utf8').matchAll(CASE)].map(([, inside = '']) => inside);
    // Without a failing case the file itself is wrong.
    if (failed !== undefined && !cases.some((inside) => inside !== '')) throw failed;
    return cases.map((inside) =>
      inside === ''
        ? 'passed'
        : inside.replace(/<\/?failure>/g, '').replace(/&(#xA|#\d+|amp|lt|gt);/g, (all, name) => ENTITIES[name] ?? all),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
