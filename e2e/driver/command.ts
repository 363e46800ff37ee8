import { type ChildProcess, spawn } from 'node:child_process';
import type { Outcome } from './outcome.ts';

export interface Command {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const running = new Set<ChildProcess>();

/** Passes a signal on to the commands that run now; harmless when none does. */
export function endRunning(signal: NodeJS.Signals): void {
  for (const child of running) child.kill(signal);
}

/** Runs a command with its output shown as it comes; resolves to the exit code: 1 when a signal ended it, 127 when it is not there. */
export function runShown({ command, args, environment }: Command, cwd: string): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...environment },
    });
    running.add(child);
    child.on('error', (error) => {
      running.delete(child);
      process.stderr.write(`${error.message}\n`);
      resolve(127);
    });
    child.on('exit', (code) => {
      running.delete(child);
      resolve(code ?? 1);
    });
  });
}

/** Runs a command as one check: passed when it exits with 0. */
export async function runCheck(check: Command, cwd: string): Promise<Outcome> {
  process.stdout.write(`\n── ${check.name}\n`);
  const code = await runShown(check, cwd);
  return {
    suite: 'check',
    name: check.name,
    status: code === 0 ? 'passed' : 'failed',
    detail: code === 0 ? '' : `exit code ${code}`,
  };
}
