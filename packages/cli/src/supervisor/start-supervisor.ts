import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../command-error.ts';
import { type ProgramSpec, problemsOf, type SupervisorFolder } from './program-spec.ts';
import type { RestartLimits } from './restart-policy.ts';
import type { LogLimits } from './rotating-log.ts';
import { type RunState, readRunFile } from './run-file.ts';
import { stopSupervisor } from './stop-supervisor.ts';
import { MARKER } from './supervisor.ts';
import type { SupervisorPlan } from './supervisor-process.ts';

/** What `startSupervisor` needs. */
export interface StartOptions {
  readonly folder: SupervisorFolder;
  readonly programs: readonly ProgramSpec[];
  /** Environment of the supervisor process itself, see `inheritedEnvironment`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Default: RESTART_LIMITS. */
  readonly restart?: RestartLimits;
  /** Default: LOG_LIMITS, 3 files of 5 MiB for each program. */
  readonly log?: LogLimits;
  /** How often the supervisor looks whether its run file is still there. Default: 5 000 ms. */
  readonly watchMillis?: number;
  /** Longest time until the supervisor has written its run file. Default: 15 000 ms. */
  readonly startMillis?: number;
}

/**
 * Starts a detached supervisor that keeps the programs running until `stopSupervisor`; it survives this process and its
 * terminal. Resolves when the supervisor has taken over; readiness of the programs is `waitUntilReady`. The folder must
 * not have a running supervisor: look with `inspectSupervisor` first.
 *
 * @throws CommandError when a program is described wrongly or the supervisor does not come up.
 *
 * @example
 * ```ts
 * import { inheritedEnvironment, startSupervisor, stopSupervisor } from '@vigil/cli';
 * import { currentEnvironment } from '@vigil/config/stack';
 * const folder = { run: '/srv/app/run', logs: '/srv/app/logs' };
 * const environment = inheritedEnvironment(currentEnvironment());
 * const web = { name: 'web', title: 'Web', command: process.execPath, args: ['web.js'], directory: '/srv/app', environment };
 * await startSupervisor({ folder, programs: [web], environment });
 * await stopSupervisor(folder);
 * ```
 */
export async function startSupervisor(options: StartOptions): Promise<RunState> {
  const problems = problemsOf(options.programs);
  if (problems.length > 0) throw new CommandError(problems.join('; '));
  const { folder } = options;
  mkdirSync(folder.run, { recursive: true, mode: 0o700 });
  mkdirSync(folder.logs, { recursive: true, mode: 0o700 });
  const plan: SupervisorPlan = {
    programs: options.programs,
    folder,
    ...(options.restart && { restart: options.restart }),
    ...(options.log && { log: options.log }),
    ...(options.watchMillis !== undefined && { watchMillis: options.watchMillis }),
  };
  const pid = await spawnDetached(plan, options.environment);
  return waitForRunFile(folder, pid, options.startMillis ?? 15_000);
}

async function spawnDetached(plan: SupervisorPlan, environment: Readonly<Record<string, string>>): Promise<number> {
  const entry = fileURLToPath(new URL(`./supervisor-process${extname(import.meta.url)}`, import.meta.url));
  const log = openSync(join(plan.folder.logs, 'supervisor.log'), 'a', 0o600);
  try {
    const child = spawn(process.execPath, [entry, plan.folder.run], {
      cwd: plan.folder.run,
      env: { ...environment, [MARKER]: plan.folder.run },
      stdio: ['pipe', log, log],
      detached: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      // A supervisor that ends before it has read its plan is found by waitForRunFile.
      child.stdin?.once('error', () => resolve());
      child.stdin?.end(JSON.stringify(plan), () => resolve());
    });
    child.unref();
    return child.pid ?? 0;
  } finally {
    closeSync(log);
  }
}

async function waitForRunFile(folder: SupervisorFolder, pid: number, startMillis: number): Promise<RunState> {
  const deadline = performance.now() + startMillis;
  while (performance.now() < deadline) {
    const file = readRunFile(folder.run);
    if (file.kind === 'present' && file.run.supervisor.pid === pid) return file.run;
    if (!signal(pid, 0)) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const path = join(folder.logs, 'supervisor.log');
  const lastLine = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-5).join(' | ');
  // Nothing is left half-started: the supervisor has the time its programs need, then it is killed with them.
  signal(pid, 'SIGTERM');
  await stopSupervisor(folder);
  signal(pid, 'SIGKILL');
  throw new CommandError(`the supervisor did not come up; ${path} ends with: ${lastLine}`);
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    // ESRCH: it has ended. EPERM cannot happen to a child of ours.
    return false;
  }
}
