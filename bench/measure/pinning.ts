import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Where a process may run: one core of the machine by its number, or several, `1-3`; nothing is anywhere. */
export type Core = number | `${number}-${number}` | undefined;

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** Cores this process had when it started; it may have tied itself to some since. */
export const CORES: number = availableParallelism();

let found: { readonly reason: string | undefined } | undefined;

function whyNot(): string | undefined {
  if (CORES < 2) return 'one core only';
  const { status } = spawnSync('taskset', ['--version'], { stdio: 'ignore' });
  return status === 0 ? undefined : 'no taskset (util-linux)';
}

/** Why processes cannot be tied to cores here; nothing when they can. Never throws. */
export function noPinning(): string | undefined {
  found ??= { reason: whyNot() };
  return found.reason;
}

/** Ties this process, with the threads it has, to these cores where that can be done. Never throws. */
export function pinThisProcess(core: Core): void {
  if (core === undefined || noPinning() !== undefined) return;
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(process.pid)], { stdio: 'ignore' });
}

/** The command that runs `command` on these cores, with all threads and children. Never throws. */
export function pinned({ command, args }: Command, core: Core): Command {
  if (core === undefined || noPinning() !== undefined) return { command, args };
  return { command: 'taskset', args: ['--cpu-list', String(core), command, ...args] };
}
