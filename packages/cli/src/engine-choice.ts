import { CommandError } from './command-error.ts';
import { type Docker, findDocker, requireDocker } from './docker/docker-command.ts';
import { runningContainers, stackContainers } from './docker/docker-status.ts';
import { ensureImages } from './docker/images.ts';
import { runningGroups, STACK_GROUP } from './native/groups.ts';
import type { StackPaths } from './stack-paths.ts';
import type { Engine, Surroundings } from './surroundings.ts';

/** The engine that a verb works with. */
export type EngineChoice = { readonly engine: 'native' } | { readonly engine: 'docker'; readonly docker: Docker };

/** The engine that `vigil up` starts: for docker with the services whose images are there. */
export type EngineToStart = Exclude<EngineChoice, { engine: 'docker' }> | DockerToStart;
interface DockerToStart {
  readonly engine: 'docker';
  readonly docker: Docker;
  readonly services: readonly string[];
}

/** @throws CommandError for a word that is no engine. */
export function parseEngine(word: string | undefined): Engine | undefined {
  if (word === undefined || word === '' || word === 'docker' || word === 'native') return word || undefined;
  throw new CommandError(`engine: expected docker or native, got "${word}"`);
}

/**
 * Which engine `vigil up` starts: the one asked for, else docker where it answers and has or gets the images, else
 * native with a note that says why.
 *
 * @throws CommandError when docker was asked for and does not answer or does not get an image.
 */
export async function engineToStart(
  paths: StackPaths,
  asked: Engine | undefined,
  around: Surroundings,
): Promise<EngineToStart> {
  if (asked === 'native') return { engine: 'native' };
  const { note } = around.terminal;
  if (asked === 'docker') {
    const docker = await requireDocker(paths, around);
    const images = await ensureImages(docker, note);
    if (images.kind === 'missing') throw new CommandError(`--engine docker: ${images.reason}; or use --engine native`);
    return { engine: 'docker', docker, services: images.services };
  }
  const search = await findDocker(paths, around);
  if (search.kind === 'none') {
    note(`Using the native engine: ${search.reason}.`);
    return { engine: 'native' };
  }
  const images = await ensureImages(search.docker, note);
  if (images.kind === 'present') return { engine: 'docker', docker: search.docker, services: images.services };
  note(`Using the native engine: ${images.reason}.`);
  return { engine: 'native' };
}

/**
 * Which engine runs the stack now: the one asked for, native when a run folder says so, docker when there are
 * containers, native when only applications are left, else none.
 *
 * @throws CommandError when docker was asked for and does not answer.
 */
export async function engineAtWork(
  paths: StackPaths,
  asked: Engine | undefined,
  around: Surroundings,
): Promise<EngineChoice | undefined> {
  if (asked === 'docker') return { engine: 'docker', docker: await requireDocker(paths, around) };
  const groups = runningGroups(paths);
  if (asked === 'native' || groups.some(({ name }) => name === STACK_GROUP)) return { engine: 'native' };
  const search = await findDocker(paths, around);
  if (search.kind === 'found' && (await stackContainers(search.docker)).length > 0)
    return { engine: 'docker', docker: search.docker };
  return groups.length > 0 ? { engine: 'native' } : undefined;
}

/** Whether a stack runs now that somebody else started: natively from this checkout, or with this engine. */
export async function runsAlready(
  paths: StackPaths,
  asked: Engine | undefined,
  around: Surroundings,
): Promise<boolean> {
  if (asked !== 'docker' && runningGroups(paths).some(({ name }) => name === STACK_GROUP)) return true;
  if (asked === 'native') return false;
  const search = await findDocker(paths, around);
  return search.kind === 'found' && (await runningContainers(search.docker)).length > 0;
}
