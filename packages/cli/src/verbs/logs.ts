import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';
import { engineAtWork } from '../engine-choice.ts';
import { runningGroups } from '../native/groups.ts';
import { LogFollower, lastLines } from '../native/log-lines.ts';
import { openStack, type StackFlags } from '../open-stack.ts';
import type { StackPaths } from '../stack-paths.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import type { Colours } from '../terminal.ts';

/** `vigil logs`. */
export interface LogsFlags extends StackFlags {
  readonly programs: readonly string[];
  readonly follow: boolean;
  /** Newest lines of each program. 0: none. */
  readonly lines: number;
}

const FOLLOW_MILLIS = 250;

/** Prints what the programs said. @throws CommandError for a program that has no log. */
export async function logs(flags: LogsFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { paths, asked, around } = openStack(flags, surroundings);
  const choice = await engineAtWork(paths, asked, around);
  if (choice?.engine === 'docker' && !areApplications(paths, flags.programs)) {
    const follow = flags.follow ? ['--follow'] : [];
    return (await choice.docker.composeShown(['logs', '--tail', String(flags.lines), ...follow, ...flags.programs])) ===
      0
      ? 0
      : 1;
  }
  const files = chosenLogs(paths, flags.programs);
  const { out, colours } = around.terminal;
  const prefix = prefixes([...files.keys()], colours);
  // Opened before the old lines are read: what is written between the two is shown twice rather than never.
  const followers = flags.follow ? [...files].map(([name, path]) => ({ name, follower: new LogFollower(path) })) : [];
  for (const [name, path] of files) for (const line of lastLines(path, flags.lines)) out(prefix(name) + line);
  while (flags.follow && !around.signal.aborted) {
    for (const { name, follower } of followers) for (const line of follower.read()) out(prefix(name) + line);
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_MILLIS));
  }
  for (const { follower } of followers) follower.close();
  return 0;
}

/** Whether every name is one of the demo's applications, which are supervised processes with either engine. */
function areApplications(paths: StackPaths, names: readonly string[]): boolean {
  const folders = runningGroups(paths).map((group) => group.paths.logs);
  const isOne = (name: string) => folders.some((folder) => existsSync(join(folder, `${name}.log`)));
  return names.length > 0 && names.every(isOne);
}

/** Log files by program; the stack's logs stay after `vigil down`, so this does not ask what runs. */
function chosenLogs({ home }: StackPaths, wanted: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const groups = existsSync(home) ? readdirSync(home) : [];
  for (const folder of groups.map((group) => join(home, group, 'logs')).filter((path) => existsSync(path))) {
    for (const file of readdirSync(folder)) {
      if (file.endsWith('.log')) found.set(file.slice(0, -'.log'.length), join(folder, file));
    }
  }
  if (found.size === 0) throw new CommandError('there are no logs: nothing has been started here by `vigil up` yet');
  const unknown = wanted.find((name) => !found.has(name));
  if (unknown !== undefined) {
    throw new CommandError(`no log of "${unknown}"; there are: ${[...found.keys()].sort().join(', ')}`);
  }
  return wanted.length === 0 ? found : new Map([...found].filter(([name]) => wanted.includes(name)));
}

function prefixes(names: readonly string[], colours: Colours): (name: string) => string {
  if (names.length === 1) return () => '';
  const width = Math.max(...names.map(({ length }) => length));
  return (name) => colours.cyan(`${name.padEnd(width)} | `);
}
