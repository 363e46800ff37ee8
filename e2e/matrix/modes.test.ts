import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect } from '@jest/globals';
import { requires } from '../requirement.ts';
import { MATRIX, whatIsMissing } from './installed-cell.ts';
import { MODES, type ModeCell } from './modes.ts';

const FOLDER = join(MATRIX, 'modes');
const run = promisify(execFile);

async function printedBy({ options = [], script }: ModeCell): Promise<string[]> {
  const { stdout } = await run(
    process.execPath,
    ['--conditions=@vigil/source', '--no-warnings', '--import', '../apps/preload-report.ts', ...options, script],
    { cwd: FOLDER, timeout: 60_000, env: { PATH: process.env.PATH, NODE_ENV: 'production' } },
  );
  return stdout.split('\n').slice(0, -1);
}

/** By process or thread: they print beside each other. */
const byPlace = (lines: readonly string[]) => Object.groupBy(lines, (line) => line.split(':', 1)[0] ?? '');

describe('an application is seen, and told the truth about, however it is run', () => {
  const missing = whatIsMissing({ folder: 'modes', build: ['node', 'build.mjs'] });
  for (const mode of MODES) {
    requires(missing)(mode.name, async () => {
      expect(byPlace(await printedBy(mode))).toEqual(byPlace(mode.printed));
    });
  }
});
