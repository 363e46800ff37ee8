import { execFile } from 'node:child_process';
import { afterAll, describe, expect } from '@jest/globals';
import { requires } from '../../requirement.ts';
import { whatIsMissing } from '../installed-cell.ts';
import { REDIS_CELLS, type RedisCell } from './cells.ts';

const CELL_MILLIS_MAXIMUM = 240_000;
const isComplete = process.env.VIGIL_TEST_ALL === 'true';
const rows: string[] = [];

interface Ended {
  readonly code: unknown;
  readonly output: string;
}

/** A cell in a process of its own: it exits with 0 when all its claims hold, and prints those that do not. */
function run({ program, parameters }: RedisCell): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--conditions=@vigil/source', '--disable-warning=ExperimentalWarning', program, ...parameters],
      { cwd: import.meta.dirname, timeout: CELL_MILLIS_MAXIMUM, env: { PATH: process.env.PATH } },
      (error, stdout, stderr) => resolve({ code: error?.code ?? error?.signal ?? 0, output: stdout + stderr }),
    );
  });
}

describe('every claim of a cell holds, against real servers', () => {
  const missing = whatIsMissing({ folder: 'redis' });
  if (missing !== undefined) rows.push(`redis skipped: ${missing}`);
  for (const cell of REDIS_CELLS.filter(({ isDaily }) => isDaily || isComplete)) {
    requires(missing)(cell.name, async () => {
      const { code, output } = await run(cell);
      rows.push(output.trimEnd());
      expect({ code, wrong: code === 0 ? '' : output }).toEqual({ code: 0, wrong: '' });
      expect(output).toMatch(/claims hold|observations/);
    });
  }
});

afterAll(() => {
  process.stdout.write(`${rows.join('\n')}\n`);
});
