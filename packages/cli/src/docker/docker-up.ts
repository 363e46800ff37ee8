import type { StackSettings } from '@vigil/config/stack';
import type { UpOptions } from '../native/native-up.ts';
import type { StackStatus } from '../stack-status.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import type { Docker } from './docker-command.ts';
import { dockerStatus } from './docker-status.ts';

const POLL_MILLIS = 500;

/**
 * Brings the stack up with compose and waits until what it publishes answers. On failure the containers are stopped.
 *
 * @throws CommandError when the engine refuses to be asked.
 */
export async function dockerUp(
  stack: { readonly docker: Docker; readonly settings: StackSettings },
  options: UpOptions,
  around: Surroundings,
): Promise<ExitCode> {
  const { docker, settings } = stack;
  const { note } = around.terminal;
  note('Starting the stack, engine docker.');
  const code = await docker.composeShown(['up', '--detach']);
  if (code !== 0) return giveUp(docker, `docker compose up ended with exit code ${code}.`, note);
  if (!options.wait) return 0;
  const deadline = performance.now() + options.timeoutSeconds * 1_000;
  let status: StackStatus = await dockerStatus(docker, settings, around.now());
  while (status.programs.some(({ ready }) => !ready)) {
    if (around.signal.aborted) {
      await giveUp(docker, 'Interrupted.', note);
      return 130;
    }
    if (performance.now() > deadline) {
      const late = status.programs.filter(({ ready }) => !ready).map(({ name, detail }) => `${name} (${detail})`);
      return giveUp(docker, `Not ready after ${options.timeoutSeconds} s: ${late.join(', ')}.`, note);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
    status = await dockerStatus(docker, settings, around.now());
  }
  return 0;
}

async function giveUp(docker: Docker, what: string, note: (line: string) => void): Promise<ExitCode> {
  note(what);
  await docker.composeShown(['logs', '--tail', '15']);
  await docker.composeShown(['down']);
  note('Stopped everything; volumes are kept.');
  return 1;
}
