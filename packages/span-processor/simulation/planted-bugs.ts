import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { PlantedBug } from './planted/planted-bug.ts';
import { PLANTED_BUGS } from './planted/planted-bug-list.ts';

const HELP = `usage: node --conditions=@vigil/source simulation/planted-bugs.ts [--seeds N] [--only TEXT] [--list]

Proves the simulator: plants one mistake after the other in a copy of the production source and runs seeds until one fails.
  --seeds N     how many seeds a mistake has to show itself; default 2000
  --only TEXT   only mistakes whose area, file or description contains this
  --list        print them, run nothing
  --help        this text
Exits with 1 when one is not found or its text no longer stands in the source.
`;

const PACKAGES = ['conventions', 'otlp-exporter', 'tracer', 'span-processor'];
const HANG_MILLIS = 240_000;
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Sources of the packages involved, with their links to each other, in a folder of their own. */
function copySources(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-planted-'));
  for (const name of PACKAGES) {
    cpSync(join(root, 'packages', name), join(folder, 'packages', name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !/\/(dist|coverage)(\/|$)/.test(path.slice(root.length)),
    });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

interface Trial {
  readonly isFound: boolean;
  readonly text: string;
}

function runSeeds(folder: string, seeds: number): Trial {
  const program = join(folder, 'packages/span-processor/simulation/run.ts');
  const args = [
    '--conditions=@vigil/source',
    '--disable-warning=ExperimentalWarning',
    program,
    '--json',
    '--seeds',
    String(seeds),
  ];
  const { status, stdout, stderr, signal } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: HANG_MILLIS,
    killSignal: 'SIGKILL',
  });
  if (signal !== null) return { isFound: true, text: `hangs (stopped after ${HANG_MILLIS / 1_000} s)` };
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (status === 0) return { isFound: false, text: `not found in ${seeds} seeds` };
  if (status !== 1 || !line.startsWith('{'))
    return { isFound: false, text: `the run itself failed: ${stderr.slice(0, 400)}` };
  const { tried, violation } = JSON.parse(line) as { tried: number; violation: string };
  return { isFound: true, text: `${String(tried).padStart(4)} seeds  ${violation.slice(0, 110)}` };
}

function plant({ file, search, replace }: PlantedBug, folder: string): { undo(): void } | string {
  const path = join(folder, 'packages', file);
  const source = readFileSync(path, 'utf8');
  const places = source.split(search).length - 1;
  if (places !== 1) return `its text stands ${places} times in ${file}: expected once`;
  writeFileSync(
    path,
    source.replace(search, () => replace),
  );
  return { undo: () => writeFileSync(path, source) };
}

function main(): number {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      only: { type: 'string' },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const seeds = Number(values.seeds ?? 2_000);
  if (values.help || !Number.isSafeInteger(seeds) || seeds < 1) {
    (values.help ? process.stdout : process.stderr).write(HELP);
    return values.help ? 0 : 2;
  }
  const only = values.only ?? '';
  const bugs = PLANTED_BUGS.filter(({ area, file, what }) => `${area} ${file} ${what}`.includes(only));
  if (values.list) {
    for (const { area, file, what } of bugs) process.stdout.write(`${area.padEnd(12)} ${what} (${file})\n`);
    return 0;
  }
  const folder = copySources();
  let found = 0;
  try {
    // A source that breaks a seed by itself would "find" everything.
    const unchanged = runSeeds(folder, seeds);
    if (unchanged.isFound) {
      process.stdout.write(`the source breaks an invariant as it is:\n       ${unchanged.text}\n`);
      return 1;
    }
    for (const bug of bugs) {
      const planted = plant(bug, folder);
      const trial = typeof planted === 'string' ? { isFound: false, text: planted } : runSeeds(folder, seeds);
      if (typeof planted !== 'string') planted.undo();
      if (trial.isFound) found += 1;
      process.stdout.write(
        `${trial.isFound ? 'found ' : 'MISSED'} ${bug.area.padEnd(12)} ${bug.what}\n       ${trial.text}\n`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${found} of ${bugs.length} planted bugs found\n`);
  return found === bugs.length && bugs.length > 0 ? 0 : 1;
}

process.exitCode = main();
