import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judgeSkips, parseAllowedSkips } from './driver/allowed-skips.ts';
import { type Command, runCheck, runShown } from './driver/command.ts';
import { judgeCoverage } from './driver/coverage.ts';
import { listenForInterruption } from './driver/interruption.ts';
import { readJestReport } from './driver/jest-report.ts';
import { type Lack, lacksOf, leftOut } from './driver/lacks.ts';
import { closingLine, type Outcome, tally } from './driver/outcome.ts';
import { besideEachOther, inTurn, type Stage } from './driver/stage.ts';
import { UNCOVERED } from './driver/uncovered.ts';

const HELP = `usage: scripts/test [--all] [--only check|unit|e2e] [jest file pattern …]

Runs what CI runs: format, lint, types, generated files, unit tests with coverage, then everything against real programs.
  --all         what takes long too: mistakes planted in the source must be found by the simulator (tens of minutes), and
                every driver and version of the database and Redis matrices (VIGIL_TEST_ALL=true: these alone, some minutes)
  --only STAGE  one stage
  --help        this text
Every skipped test is printed with its reason; one that e2e/allowed-skips does not name is a failure. Without Go what needs
the stack's programs is skipped (in CI: failed); unit tests and the example applications run.
`;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const reports = join(root, '.vigil/reports');
const node = process.execPath;

const CHECKS: readonly Command[] = [
  { name: 'format and lint (biome)', command: 'pnpm', args: ['lint'] },
  { name: 'types (tsc)', command: 'pnpm', args: ['types'] },
  { name: 'generated files are what vigil.yaml renders', command: 'pnpm', args: ['generate', '--check'] },
];

/** Runs beside the others, on one core. */
const SIMULATION: Command = {
  name: 'the pipeline keeps every invariant in 2,000 simulated lives (usually 40 s)',
  command: node,
  args: [
    '--conditions=@vigil/source',
    '--disable-warning=ExperimentalWarning',
    'packages/span-processor/simulation/run.ts',
    '--seeds',
    '2000',
  ],
};

/** With --all. */
const LONG_CHECKS: readonly Command[] = [
  {
    name: 'the simulator finds every planted bug',
    command: node,
    args: ['--conditions=@vigil/source', 'packages/span-processor/simulation/planted-bugs.ts'],
  },
];

async function runJest(
  suite: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome[]> {
  process.stdout.write(`\n── ${suite}\n`);
  const report = join(reports, `${suite}.json`);
  rmSync(report, { force: true });
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const code = await runShown(
    {
      name: suite,
      command: node,
      args: [
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        jest,
        '--json',
        `--outputFile=${report}`,
        ...args,
      ],
      environment,
    },
    root,
  );
  if (!existsSync(report))
    return [{ suite, name: 'jest runs', status: 'failed', detail: `exit code ${code}, no report` }];
  const outcomes = readJestReport(readFileSync(report, 'utf8'), root);
  const failed = outcomes.some((outcome) => outcome.status === 'failed');
  if (code === 0 || failed) return outcomes;
  return [...outcomes, { suite, name: 'jest exits with 0', status: 'failed', detail: `exit code ${code}` }];
}

/** Hands jest's configurations the suites that cannot run here, and says so before they would. */
function leaveOut(lacks: readonly Lack[]): void {
  process.env.VIGIL_TEST_IGNORE = lacks.flatMap(({ suites }) => suites).join();
  for (const { reason, suites } of lacks) process.stdout.write(`\nleft out, ${reason}: ${suites.join(', ')}\n`);
}

async function runUnit(patterns: readonly string[]): Promise<Outcome[]> {
  const coverage = join(root, 'coverage/coverage-summary.json');
  rmSync(coverage, { force: true });
  // One process a core: jest's own choice leaves one core to itself, and most suites wait for processes of theirs.
  const jest = ['--config=jest.config.js', `--maxWorkers=${availableParallelism()}`];
  if (patterns.length > 0) return runJest('unit', [...jest, ...patterns]);
  const ignored = [process.env.VIGIL_TEST_IGNORE, ...UNCOVERED].join();
  const outcomes = [
    ...(await runJest('unit', [...jest, '--coverage'], { VIGIL_TEST_IGNORE: ignored })),
    ...(await runJest('unit-uncovered', [...jest, ...UNCOVERED])),
  ];
  if (!existsSync(coverage))
    return [...outcomes, { suite: 'coverage', name: 'is measured', status: 'failed', detail: coverage }];
  return [...outcomes, ...judgeCoverage(JSON.parse(readFileSync(coverage, 'utf8')), root)];
}

function report(outcomes: readonly Outcome[]): number {
  for (const { suite, name, detail } of outcomes.filter(({ status }) => status === 'skipped')) {
    process.stdout.write(`skipped  ${suite}: ${name}\n         ${detail}\n`);
  }
  for (const { suite, name, detail } of outcomes.filter(({ status }) => status === 'failed')) {
    process.stdout.write(
      `FAILED   ${suite}: ${name}\n         ${detail.split('\n').slice(0, 3).join('\n         ')}\n`,
    );
  }
  const counts = tally(outcomes);
  process.stdout.write(`\n${closingLine(counts)}\n`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

interface Wish {
  readonly all: boolean;
  readonly only: string | undefined;
  readonly patterns: readonly string[];
}

/** What is to be run, one after the other. */
function stages({ all, only, patterns }: Wish, isOver: () => boolean): Stage[] {
  const wants = (stage: string) => only === undefined || only === stage;
  const checks = (commands: readonly Command[]): Stage =>
    inTurn(
      commands.map((check) => async () => [await runCheck(check, root)]),
      isOver,
    );
  const e2e = (lane: string): Stage => {
    const args = [`--config=e2e/jest.${lane}.config.js`, '--runInBand', '--verbose', '--passWithNoTests', ...patterns];
    return () => runJest(`e2e-${lane}`, args);
  };
  return [
    ...(wants('check') ? [besideEachOther([checks(CHECKS), checks([SIMULATION])])] : []),
    ...(wants('unit') ? [() => runUnit(patterns)] : []),
    ...(wants('unit') && all ? [checks(LONG_CHECKS)] : []),
    ...(wants('e2e') ? [besideEachOther([e2e('stack'), e2e('apart')])] : []),
  ];
}

async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const rest = [...words];
  const take = (word: string, length: number) => {
    const at = rest.indexOf(word);
    return at === -1 ? [] : rest.splice(at, length);
  };
  const all = take('--all', 1).length > 0;
  const onlyWords = take('--only', 2);
  const only = onlyWords.length === 0 ? undefined : (onlyWords[1] ?? '');
  const unknown = rest.find((word) => word.startsWith('-'));
  if (unknown !== undefined || (only !== undefined && !['check', 'unit', 'e2e'].includes(only))) {
    const problem =
      unknown === undefined ? `--only: expected check, unit or e2e, got "${only}"` : `unknown word "${unknown}"`;
    process.stderr.write(`test: ${problem}; see scripts/test --help\n`);
    return 2;
  }
  // Asked by tests that have a small selection for every day.
  if (all) process.env.VIGIL_TEST_ALL = 'true';
  mkdirSync(reports, { recursive: true });
  const lacks = lacksOf(root);
  leaveOut(lacks);
  const isCi = process.env.CI === 'true';
  const interruption = listenForInterruption(root, join(reports, 'left-behind'));
  const outcomes: Outcome[] = [];
  for (const run of stages({ all, only, patterns: rest }, interruption.came)) {
    outcomes.push(...(await run()));
    if (!interruption.came()) continue;
    await interruption.clearUp();
    return 130;
  }
  for (const stage of ['unit', 'e2e'] as const)
    if (only === undefined || only === stage) outcomes.push(...leftOut(lacks, stage, isCi));
  const allowed = parseAllowedSkips(readFileSync(join(root, 'e2e/allowed-skips'), 'utf8'));
  return report(judgeSkips(outcomes, allowed));
}

process.exitCode = await main(process.argv.slice(2));
