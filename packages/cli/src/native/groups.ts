import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type NativePaths, nativePaths, type StackPaths } from '../stack-paths.ts';
import { findSurvivors } from '../supervisor/orphans.ts';

/** Programs under one supervisor: the stack itself is `native`; the demo's applications are another group. */
export interface Group {
  readonly name: string;
  readonly folder: string;
  readonly paths: NativePaths;
}

/** Name of the group of the stack itself. */
export const STACK_GROUP = 'native';

/**
 * The groups that have a run folder under the runtime folder, and the stack's own also when only processes of it are
 * left. It comes last, so that stopping in this order ends applications before what receives their telemetry. Never throws.
 */
export function runningGroups({ home }: Pick<StackPaths, 'home'>): readonly Group[] {
  const names = existsSync(home) ? readdirSync(home) : [];
  const others = names.filter((name) => name !== STACK_GROUP && existsSync(join(home, name, 'run'))).sort();
  const stack = stackGroup({ home });
  const isThere = existsSync(stack.paths.run) || findSurvivors(stack.paths.run).programs.length > 0;
  return [...others.map((name) => group(home, name)), ...(isThere ? [stack] : [])];
}

/** The group of the stack itself, running or not. */
export function stackGroup({ home }: Pick<StackPaths, 'home'>): Group {
  return group(home, STACK_GROUP);
}

function group(home: string, name: string): Group {
  const folder = join(home, name);
  return { name, folder, paths: nativePaths(folder) };
}
