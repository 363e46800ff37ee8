import { rmSync } from 'node:fs';
import { findDocker, requireDocker } from '../docker/docker-command.ts';
import { stackContainers } from '../docker/docker-status.ts';
import { runningGroups, stackGroup } from '../native/groups.ts';
import { processes } from '../native/native-status.ts';
import { type OpenedStack, openStack, type StackFlags } from '../open-stack.ts';
import { stopSupervisor } from '../supervisor/stop-supervisor.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';

/** `vigil down`. */
export interface DownFlags extends StackFlags {
  /** Removes the stored telemetry too. */
  readonly volumes: boolean;
}

/** Stops whatever runs of the stack; doing it twice is no error. @throws CommandError when docker was asked for and refuses. */
export async function down(flags: DownFlags, surroundings: Surroundings): Promise<ExitCode> {
  const stack = openStack(flags, surroundings);
  const native = stack.asked === 'docker' ? false : await nativeDown(stack, flags);
  const docker = stack.asked === 'native' ? undefined : await dockerDown(stack, flags);
  if (!native && docker === undefined) stack.around.terminal.note('Nothing is running.');
  return docker === undefined || docker === 0 ? 0 : 1;
}

async function nativeDown({ paths, around }: OpenedStack, { volumes }: DownFlags): Promise<boolean> {
  const { note } = around.terminal;
  const groups = runningGroups(paths);
  for (const group of groups) {
    note(`Stopping ${group.name}; programs write down what they hold in memory, usually within 5 s.`);
    const { stopped, orphans } = await stopSupervisor(group.paths);
    rmSync(group.paths.etc, { recursive: true, force: true });
    const names = stopped.length === 0 ? '' : `: ${stopped.join(', ')}`;
    note(`Stopped ${group.name}${names}.`);
    if (orphans.length > 0) note(`Ended ${processes(orphans.length)} that a killed supervisor had left behind.`);
  }
  if (volumes) {
    const folders = [...groups, stackGroup(paths)].map(({ folder }) => folder);
    for (const folder of new Set(folders)) rmSync(folder, { recursive: true, force: true });
    note('Removed data and logs of the native engine.');
  } else if (groups.length > 0) note('Data and logs are kept; `vigil down --volumes` removes them.');
  return groups.length > 0;
}

/** Exit code of compose; undefined when there is nothing to stop. */
async function dockerDown({ paths, asked, around }: OpenedStack, { volumes }: DownFlags): Promise<number | undefined> {
  const search =
    asked === 'docker'
      ? { kind: 'found' as const, docker: await requireDocker(paths, around) }
      : await findDocker(paths, around);
  if (search.kind === 'none') return undefined;
  if (!volumes && (await stackContainers(search.docker)).length === 0) return undefined;
  return search.docker.composeShown(['down', ...(volumes ? ['--volumes'] : [])]);
}
