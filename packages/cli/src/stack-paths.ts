import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { type EnvironmentVariables, readStackSettings, type StackSettings } from '@vigil/config/stack';
import { CommandError } from './command-error.ts';

/** The file that marks the root of a stack. */
export const COMPOSE_FILE = 'docker-compose.monitoring.yml';

/** Where everything of one stack lives. */
export interface StackPaths {
  /** Folder with `docker-compose.monitoring.yml` and the stack's configuration. */
  readonly root: string;
  /** Everything that is made at run time: `<root>/.vigil`. */
  readonly home: string;
  /** Folder of the stack's programs: `<home>/programs/bin`. */
  readonly programs: string;
  /** What the native engine makes. */
  readonly native: NativePaths;
}

/** Folders of the native engine. `run` and `etc` go with `vigil down`, `logs` and `data` with `vigil down --volumes`. */
export interface NativePaths {
  readonly run: string;
  readonly logs: string;
  /** Copies of the stack's configuration files. */
  readonly etc: string;
  /** State of each program: `<data>/<name>`. */
  readonly data: string;
}

/** Where to look; all optional. */
export interface StackLocation {
  /** Default: the first folder from `cwd` upwards that has the compose file. */
  readonly root?: string | undefined;
  /** Default: `VIGIL_HOME`, else `<root>/.vigil`. */
  readonly home?: string | undefined;
}

/**
 * Finds the stack that a folder belongs to.
 *
 * @throws CommandError when there is none.
 */
export function findStack(cwd: string, environment: EnvironmentVariables, location: StackLocation = {}): StackPaths {
  const root = location.root === undefined ? searchUpwards(cwd) : resolve(cwd, location.root);
  if (root === undefined || !existsSync(join(root, COMPOSE_FILE))) {
    const where = root ?? `${cwd} and the folders above`;
    throw new CommandError(
      `no stack here: expected ${COMPOSE_FILE} in ${where}; go to a checkout or name it: --root DIR`,
    );
  }
  const home = resolve(cwd, location.home ?? given(environment, 'VIGIL_HOME') ?? join(root, '.vigil'));
  const programs = given(environment, 'VIGIL_PROGRAMS');
  return {
    root,
    home,
    programs: programs === undefined ? join(home, 'programs', 'bin') : resolve(cwd, programs),
    native: nativePaths(join(home, 'native')),
  };
}

/** The folders of one supervised group under the runtime folder: the stack's own is `native`. Never throws. */
export function nativePaths(folder: string): NativePaths {
  const inside = (name: string): string => join(folder, name);
  return { run: inside('run'), logs: inside('logs'), etc: inside('etc'), data: inside('data') };
}

/** A stack: where it is and how it is set. */
export interface Stack {
  readonly paths: StackPaths;
  readonly settings: StackSettings;
}

/**
 * Reads `versions.env` and `stack.env` of a stack; `environmentOf` wins.
 *
 * @throws CommandError when a file is missing, ConfigError when a value is wrong.
 */
export function loadStackSettings(root: string, environment: EnvironmentVariables): StackSettings {
  const files = ['versions.env', 'stack.env'].map((path) => ({ path, text: readSettings(join(root, path)) }));
  return readStackSettings(files, environment);
}

/**
 * The environment that a stack sees: its own `.env` file, as compose reads it, under the given variables.
 *
 * @throws CommandError when there is a file that cannot be read.
 */
export function environmentOf(root: string, environment: EnvironmentVariables): EnvironmentVariables {
  const path = join(root, '.env');
  return existsSync(path) ? { ...parseEnv(readSettings(path)), ...environment } : environment;
}

function readSettings(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandError(
      `${path}: cannot be read (${(error as NodeJS.ErrnoException).code}); it belongs to the stack`,
    );
  }
}

function searchUpwards(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, COMPOSE_FILE))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** A set, non-empty variable. */
function given(environment: EnvironmentVariables, name: string): string | undefined {
  const value = environment[name];
  return value === '' ? undefined : value;
}
