import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Where a process may run: one core of the machine by its number, or several, `1-3`; nothing is anywhere. */
export type Core = number | `${number}-${number}` | undefined;

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

const runs = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

/** Why processes cannot be tied to cores here; nothing when they can. Never throws. */
export function noPinning(): string | undefined {
  if (availableParallelism() < 2) return 'one core only';
  return runs('taskset') ? undefined : 'no taskset (util-linux)';
}

/** The command that runs `command` on these cores, with all threads and children. Never throws. */
export function pinned({ command, args }: Command, core: Core): Command {
  if (core === undefined || noPinning() !== undefined) return { command, args };
  return { command: 'taskset', args: ['--cpu-list', String(core), command, ...args] };
}
