import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect } from '@jest/globals';
import { requires } from '../requirement.ts';
import { CELLS, type Cell } from './cells.ts';
import { MATRIX, whatIsMissing } from './installed-cell.ts';

const run = promisify(execFile);
const rows: string[] = [];

/** What a program prints, with our preload. */
async function printedBy({ folder, app, preload }: Cell): Promise<string[]> {
  const options = ['--conditions=@vigil/source', '--disable-warning=ExperimentalWarning', '--import', `../${preload}`];
  const { stdout } = await run(process.execPath, [...options, app], {
    cwd: join(MATRIX, folder),
    timeout: 60_000,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  });
  return stdout.split('\n').slice(0, -1);
}

/** Wanted lines in their order, whatever a framework prints of its own between them. */
const without = (printed: readonly string[], foreign: RegExp) => printed.filter((line) => !foreign.test(line));

describe('every cell prints what it has to', () => {
  for (const cell of CELLS) {
    const missing = whatIsMissing(cell);
    if (missing !== undefined) rows.push(`${cell.name.padEnd(28)} skipped: ${missing}`);
    requires(missing)(cell.name, async () => {
      const printed = without(await printedBy(cell), /^✓ Running next\.config/);
      const right = cell.printed.filter((line, index) => printed[index] === line).length;
      rows.push(`${cell.name.padEnd(28)} node ${process.versions.node}  ${right} of ${cell.printed.length} lines`);
      expect(printed).toEqual(cell.printed);
    });
  }
});

afterAll(() => {
  process.stdout.write(`${rows.join('\n')}\n`);
});
