import type { StackSettings } from '@vigil/config/stack';
import type { UpOptions } from '../native/native-up.ts';
import type { StackStatus } from '../stack-status.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import type { Docker } from './docker-command.ts';
import { dockerStatus, runningContainers } from './docker-status.ts';

const POLL_MILLIS = 500;

export interface DockerStack {
  readonly docker: Docker;
  /** What to start of the compose file. */
  readonly services: readonly string[];
  readonly settings: StackSettings;
}

/**
 * Brings the stack up with compose and waits until what it publishes answers. On failure the containers are stopped,
 * unless they ran before.
 *
 * @throws CommandError when the engine refuses to be asked.
 */
export async function dockerUp(stack: DockerStack, options: UpOptions, around: Surroundings): Promise<ExitCode> {
  const { docker, settings } = stack;
  const { note } = around.terminal;
  const ranBefore = (await runningContainers(docker)).length > 0;
  const giveUp = (what: string) => (ranBefore ? leave : stop)(docker, what, note);
  note(ranBefore ? 'The stack runs already, engine docker; what changed is started anew.' : STARTING);
  const code = await docker.composeShown(['up', '--detach', ...stack.services]);
  if (code !== 0) return giveUp(`docker compose up ended with exit code ${code}.`);
  if (!options.wait) return 0;
  const deadline = performance.now() + options.timeoutSeconds * 1_000;
  let status: StackStatus = await dockerStatus(docker, settings, around.now());
  while (status.programs.some(({ ready }) => !ready)) {
    if (around.signal.aborted) {
      await giveUp('Interrupted.');
      return 130;
    }
    if (performance.now() > deadline) {
      const late = status.programs.filter(({ ready }) => !ready).map(({ name, detail }) => `${name} (${detail})`);
      return giveUp(`Not ready after ${options.timeoutSeconds} s: ${late.join(', ')}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
    status = await dockerStatus(docker, settings, around.now());
  }
  return 0;
}

const STARTING = 'Starting the stack, engine docker.';

type GiveUp = (docker: Docker, what: string, note: (line: string) => void) => Promise<ExitCode>;

const stop: GiveUp = async (docker, what, note) => {
  note(what);
  await docker.composeShown(['logs', '--tail', '15']);
  await docker.composeShown(['down']);
  note('Stopped everything; volumes are kept.');
  return 1;
};

/** What somebody else relies on is not taken away. */
const leave: GiveUp = async (docker, what, note) => {
  note(what);
  await docker.composeShown(['logs', '--tail', '15']);
  note('The stack ran before: nothing was stopped.');
  return 1;
};
