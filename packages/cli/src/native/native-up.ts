import { existsSync, mkdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { CommandError } from '../command-error.ts';
import type { Stack, StackPaths } from '../stack-paths.ts';
import { inheritedEnvironment } from '../supervisor/inherited-environment.ts';
import { inspectSupervisor } from '../supervisor/orphans.ts';
import type { ProgramStatus } from '../supervisor/run-file.ts';
import { startSupervisor } from '../supervisor/start-supervisor.ts';
import { stopSupervisor } from '../supervisor/stop-supervisor.ts';
import { type Waited, waitUntilReady } from '../supervisor/wait-until-ready.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import { stackGroup } from './groups.ts';
import { lastLines } from './log-lines.ts';
import { exitWords, processes } from './native-status.ts';
import { pageAddress } from './pager.ts';
import { portProblems } from './ports.ts';
import { missingPrograms, type NativeProgram, nativePrograms } from './programs.ts';
import { withRunLock } from './run-lock.ts';
import { writeEtc } from './write-etc.ts';

/** How to bring the stack up. */
export interface UpOptions {
  /** Wait until every program is ready. */
  readonly wait: boolean;
  /** Longest wait, in seconds. */
  readonly timeoutSeconds: number;
}

/**
 * Starts the stack as supervised processes, or says that it runs already. On failure nothing of it runs.
 *
 * @throws CommandError when it cannot be tried: missing programs or files, ports in use.
 */
export async function nativeUp(
  { paths, settings }: Stack,
  options: UpOptions,
  around: Surroundings,
): Promise<ExitCode> {
  const { note } = around.terminal;
  if (inspectSupervisor(paths.native.run).kind === 'running') {
    note('The stack is already running; --overlay and changed files take effect after `vigil down`.');
    return 0;
  }
  const programs = plan({ paths, settings }, around);
  return withRunLock(join(stackGroup(paths).folder, 'up.lock'), async () => {
    await clearUp(paths, around);
    const problems = await portProblems(programs.flatMap(({ ports }) => ports));
    if (problems.length > 0) throw new CommandError(problems.join('; '));
    writeEtc({
      root: paths.root,
      etc: paths.native.etc,
      settings,
      pagerUrl: pageAddress(settings, pagerAddressOf(around)),
    });
    for (const { spec } of programs) mkdirSync(spec.directory, { recursive: true, mode: 0o700 });
    return start(paths, programs, options, around);
  });
}

function plan({ paths, settings }: Stack, around: Surroundings): readonly NativeProgram[] {
  const inherited = inheritedEnvironment(around.environment);
  const pagerAddress = pagerAddressOf(around);
  const programs = nativePrograms({ paths, settings, inherited, pagerAddress });
  const missing = missingPrograms(programs).map((path) => basename(path));
  if (missing.length === 0) return programs;
  const builder = join(paths.root, 'scripts/setup.mjs');
  const how = existsSync(builder) ? 'build them with `node scripts/setup.mjs --programs`' : 'set VIGIL_PROGRAMS';
  throw new CommandError(`missing in ${paths.programs}: ${missing.join(', ')}; ${how}, or use --engine docker`);
}

function pagerAddressOf({ environment }: Surroundings): string | undefined {
  const address = environment.VIGIL_PAGER_URL;
  return address === '' ? undefined : address;
}

/** Ends what a supervisor that was killed left behind: it would hold the ports and the data. */
async function clearUp(paths: StackPaths, { terminal }: Surroundings): Promise<void> {
  const { orphans } = await stopSupervisor(paths.native);
  if (orphans.length > 0) terminal.note(`Ended ${processes(orphans.length)} that a killed supervisor had left behind.`);
}

async function start(
  paths: StackPaths,
  programs: readonly NativeProgram[],
  options: UpOptions,
  around: Surroundings,
): Promise<ExitCode> {
  const { note } = around.terminal;
  const specs = programs.map(({ spec }) => spec);
  const usually = Math.max(...specs.map(({ usuallySeconds }) => usuallySeconds ?? 0));
  note(`Starting ${specs.length} programs, engine native; usually ready within ${usually} s.`);
  await startSupervisor({
    folder: paths.native,
    programs: specs,
    environment: inheritedEnvironment(around.environment),
  });
  if (!options.wait) return 0;
  const waited = await waitUntilReady({
    folder: paths.native,
    deadlineMillis: options.timeoutSeconds * 1_000,
    signal: around.signal,
    onReady: ({ spec }, afterMillis) =>
      note(`  ${spec.name} ready after ${(afterMillis / 1_000).toFixed(1)} s (usually ${spec.usuallySeconds ?? 1} s)`),
    onWaiting: (missing) => note(`  still waiting for ${missing.map(withUsual).join(', ')}`),
  });
  if (waited.kind === 'ready') return 0;
  for (const line of failure(waited, paths, options)) note(line);
  await stopSupervisor(paths.native);
  note('Stopped everything; data and logs are kept.');
  return waited.kind === 'aborted' ? 130 : 1;
}

const withUsual = ({ spec }: ProgramStatus): string => `${spec.name} (usually ${spec.usuallySeconds ?? 1} s)`;

function failure(waited: Exclude<Waited, { kind: 'ready' }>, paths: StackPaths, options: UpOptions): string[] {
  if (waited.kind === 'aborted') return ['Interrupted.'];
  const log = (name: string): string => join(paths.native.logs, `${name}.log`);
  const tail = (name: string): string[] => [
    `The end of ${relative(paths.root, log(name))}:`,
    ...lastLines(log(name), 15).map((line) => `  ${line}`),
  ];
  if (waited.kind === 'gone') return ['The supervisor ended by itself.', ...tail('supervisor')];
  const { spec, restarts, lastExit } = waited.program;
  const end = lastExit === undefined ? '' : `, last: ${exitWords(lastExit)}`;
  const what =
    waited.kind === 'crashing'
      ? `${spec.title} does not stay up: started ${restarts + 1} times${end}.`
      : `${spec.title} was not ready after ${options.timeoutSeconds} s: ${waited.detail}${end}.`;
  return [what, ...tail(spec.name)];
}
