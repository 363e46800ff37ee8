import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';
import { COMPOSE_FILE, type StackPaths } from '../stack-paths.ts';
import type { Surroundings } from '../surroundings.ts';

/** How a program ended and what it said. `code` is undefined when it could not be started. */
export interface Said {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

/** The docker engine as this stack uses it. */
export interface Docker {
  /** Runs `docker …` and collects what it says. */
  readonly docker: (args: readonly string[]) => Promise<Said>;
  /** Runs `docker compose …` on the stack's file and collects what it says. */
  readonly compose: (args: readonly string[]) => Promise<Said>;
  /** Runs `docker compose …` in this terminal; resolves with its exit code. */
  readonly composeShown: (args: readonly string[]) => Promise<number>;
}

/** Either the engine, or in one sentence why there is none. */
export type DockerSearch =
  | { readonly kind: 'found'; readonly docker: Docker }
  | { readonly kind: 'none'; readonly reason: string };

const ANSWER_TIMEOUT_MILLIS = 10_000;
const BYTES_MAXIMUM = 16 * 1024 * 1024;

/** Looks for an engine that answers and for compose, as plugin or among the stack's programs. Never throws. */
export async function findDocker(paths: StackPaths, around: Surroundings): Promise<DockerSearch> {
  const docker = (args: readonly string[], timeout = 0): Promise<Said> =>
    collect('docker', args, paths, around, timeout);
  const version = await docker(['version', '--format', '{{.Server.Version}}'], ANSWER_TIMEOUT_MILLIS);
  if (version.code === undefined) return { kind: 'none', reason: 'docker is not installed' };
  if (version.code !== 0) return { kind: 'none', reason: `no docker engine answers (${lastLine(version.err)})` };
  const own = join(paths.programs, 'docker-compose');
  const plugin = await docker(['compose', 'version'], ANSWER_TIMEOUT_MILLIS);
  if (plugin.code !== 0 && !existsSync(own)) return { kind: 'none', reason: 'docker has no compose plugin' };
  const [command, first] = plugin.code === 0 ? ['docker', ['compose']] : [own, []];
  const words = (args: readonly string[]): string[] => [...first, '--file', join(paths.root, COMPOSE_FILE), ...args];
  return {
    kind: 'found',
    docker: {
      docker: (args) => docker(args),
      compose: (args) => collect(command, words(args), paths, around, 0),
      composeShown: (args) => show(command, words(args), paths, around),
    },
  };
}

/** @throws CommandError when no engine answers. */
export async function requireDocker(paths: StackPaths, around: Surroundings): Promise<Docker> {
  const search = await findDocker(paths, around);
  if (search.kind === 'found') return search.docker;
  throw new CommandError(`--engine docker: ${search.reason}; start it or use --engine native`);
}

function collect(
  command: string,
  args: readonly string[],
  { root }: StackPaths,
  { environment }: Surroundings,
  timeout: number,
): Promise<Said> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: environment, timeout, maxBuffer: BYTES_MAXIMUM };
    execFile(command, args, options, (error, out, err) => {
      const code = error === null ? 0 : error.code;
      if (code === 'ENOENT') resolve({ code: undefined, out, err });
      else resolve({ code: typeof code === 'number' ? code : 1, out, err: err || (error?.message ?? '') });
    });
  });
}

function show(
  command: string,
  args: readonly string[],
  { root }: StackPaths,
  { environment }: Surroundings,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: environment, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** The last line that says something. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
