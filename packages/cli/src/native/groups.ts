import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type NativePaths, nativePaths, type StackPaths } from '../stack-paths.ts';

/** Programs under one supervisor: the stack itself is `native`; the demo's applications are another group. */
export interface Group {
  readonly name: string;
  readonly folder: string;
  readonly paths: NativePaths;
}

const STACK = 'native';

/**
 * The groups that have a run folder under the runtime folder. The stack comes last, so that stopping in this order ends
 * applications before what receives their telemetry. Never throws.
 */
export function runningGroups({ home }: Pick<StackPaths, 'home'>): readonly Group[] {
  if (!existsSync(home)) return [];
  const names = readdirSync(home).filter((name) => existsSync(join(home, name, 'run')));
  const others = names.filter((name) => name !== STACK).sort();
  return [...others, ...names.filter((name) => name === STACK)].map((name) => {
    const folder = join(home, name);
    return { name, folder, paths: nativePaths(folder) };
  });
}

/** The group of the stack itself, running or not. */
export function stackGroup({ home }: Pick<StackPaths, 'home'>): Group {
  const folder = join(home, STACK);
  return { name: STACK, folder, paths: nativePaths(folder) };
}
