import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';
import { portProblems } from '../native/ports.ts';
import type { OpenedStack } from '../open-stack.ts';
import { nativePaths } from '../stack-paths.ts';
import { stackUrls } from '../stack-urls.ts';
import { inheritedEnvironment } from '../supervisor/inherited-environment.ts';
import { startSupervisor } from '../supervisor/start-supervisor.ts';
import { stopSupervisor } from '../supervisor/stop-supervisor.ts';
import { waitUntilReady } from '../supervisor/wait-until-ready.ts';
import {
  type ExampleOptions,
  type ExamplePorts,
  type ExampleUrls,
  examplePrograms,
  exampleUrls,
} from './example-applications.ts';

const READY_MILLIS = 180_000;

/** The example applications with their database, as a second supervised group beside the stack: `vigil down` stops both. */
export interface DemoGroup {
  readonly urls: ExampleUrls;
  /** Stops them and everything they started. Harmless when they do not run. */
  readonly stop: () => Promise<void>;
}

function demoPorts({ settings }: OpenedStack): ExamplePorts {
  return {
    postgres: settings.number('VIGIL_DEMO_POSTGRES_PORT'),
    redis: settings.number('VIGIL_DEMO_REDIS_PORT'),
    shop: settings.number('VIGIL_DEMO_SHOP_PORT'),
    payments: settings.number('VIGIL_DEMO_PAYMENTS_PORT'),
  };
}

/**
 * Starts PostgreSQL, Redis, payments and shop and waits until they are ready.
 *
 * @throws CommandError when a port is taken, setup has not run or a program does not come up; nothing is left running then.
 */
export async function startDemoGroup(
  stack: OpenedStack,
  run: Pick<ExampleOptions, 'environmentName' | 'userId'>,
): Promise<DemoGroup> {
  const { paths, settings, around } = stack;
  const group = nativePaths(join(paths.home, 'demo'));
  await stopSupervisor(group);
  const ports = demoPorts(stack);
  const titles = { postgres: 'PostgreSQL', redis: 'Redis', shop: 'shop', payments: 'payments' };
  const uses = Object.entries(titles).map(([name, title]) => ({
    port: ports[name as keyof ExamplePorts],
    title,
    setting: `VIGIL_DEMO_${name.toUpperCase()}_PORT`,
  }));
  const problems = await portProblems(uses);
  if (problems.length > 0) throw new CommandError(problems.join('; '));
  mkdirSync(group.data, { recursive: true, mode: 0o700 });
  const environment = inheritedEnvironment(around.environment);
  const { otlp } = stackUrls(settings);
  const programs = await examplePrograms({ root: paths.root, data: group.data, ports, otlp, environment, ...run });
  await startSupervisor({ folder: group, programs, environment });
  const waited = await waitUntilReady({
    folder: group,
    deadlineMillis: READY_MILLIS,
    signal: around.signal,
    onReady: ({ spec }, afterMillis) =>
      around.terminal.note(`  ${spec.name} ready after ${(afterMillis / 1000).toFixed(1)} s`),
  });
  if (waited.kind !== 'ready') {
    await stopSupervisor(group);
    const who = 'program' in waited ? `${waited.program.spec.name}: ${waited.detail}` : waited.kind;
    throw new CommandError(`the example applications did not come up (${who}); look into ${group.logs}`);
  }
  return {
    urls: exampleUrls(ports),
    stop: async () => {
      await stopSupervisor(group);
    },
  };
}
