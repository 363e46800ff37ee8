import type { StackSettings } from '@vigil/config/stack';
import { CommandError } from '../command-error.ts';
import type { ProgramRow, StackStatus } from '../stack-status.ts';
import { probe } from '../supervisor/readiness.ts';
import { type Container, containerRow, ownReadiness, serviceProbe } from './container-status.ts';
import { type Docker, lastLine } from './docker-command.ts';

/** Looks at the stack's containers and probes each. @throws CommandError when the engine refuses. */
export async function dockerStatus(docker: Docker, settings: StackSettings, now: Date): Promise<StackStatus> {
  const containers = await stackContainers(docker);
  if (containers.length === 0) return { engine: undefined, state: 'stopped', programs: [] };
  const programs = await Promise.all(containers.map((container) => row(container, settings, now)));
  return { engine: 'docker', state: 'running', programs: programs.sort((a, b) => a.name.localeCompare(b.name)) };
}

/** The stack's containers, running or not. @throws CommandError when the engine refuses. */
export async function stackContainers(docker: Docker): Promise<readonly Container[]> {
  const list = await docker.compose(['ps', '--all', '--quiet']);
  if (list.code !== 0) throw new CommandError(`docker compose ps: ${lastLine(list.err)}`);
  const ids = list.out.split('\n').filter((id) => id !== '');
  if (ids.length === 0) return [];
  const inspected = await docker.docker(['inspect', ...ids]);
  if (inspected.code !== 0) throw new CommandError(`docker inspect: ${lastLine(inspected.err)}`);
  return JSON.parse(inspected.out) as Container[];
}

/** Those that run now. @throws CommandError when the engine refuses. */
export async function runningContainers(docker: Docker): Promise<readonly Container[]> {
  return (await stackContainers(docker)).filter(({ State }) => State.Status === 'running');
}

async function row(container: Container, settings: StackSettings, now: Date): Promise<ProgramRow> {
  const outside = serviceProbe(container, settings);
  if (outside === undefined || container.State.Status !== 'running') {
    return containerRow(container, { ready: ownReadiness(container) }, now);
  }
  return containerRow(container, { ...(await probe(outside.ready)), url: outside.url }, now);
}
