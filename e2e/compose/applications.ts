import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examplePrograms, inheritedEnvironment, startSupervisor, stopSupervisor, waitUntilReady } from '@vigil/cli';
import { noteLeftBehind } from '../stack/left-behind.ts';
import { ROOT } from '../stack/vigil.ts';

/** The shop and the payments service with an own PostgreSQL and Redis, sending to a collector. */
export interface Applications {
  readonly shop: string;
  stop(): Promise<void>;
}

/** Why the applications cannot be started here; undefined when they can. */
export const noApplications = existsSync(join(ROOT, '.vigil/services.json'))
  ? undefined
  : 'PostgreSQL and Redis are not prepared: node scripts/setup.mjs';

/** Starts the example applications on ports of their own. @throws when they are not ready within three minutes. */
export async function startApplications(otlp: string, ports: Readonly<Record<string, string>>): Promise<Applications> {
  const home = mkdtempSync(join(tmpdir(), 'vigil-applications-'));
  noteLeftBehind('home', home);
  // As a group of a runtime folder, so that `vigil down` finds it.
  const folder = { run: join(home, 'applications/run'), logs: join(home, 'applications/logs') };
  const port = (name: string) => Number(ports[`VIGIL_DEMO_${name}_PORT`]);
  const environment = inheritedEnvironment(process.env);
  const programs = await examplePrograms({
    root: ROOT,
    data: home,
    ports: { postgres: port('POSTGRES'), redis: port('REDIS'), shop: port('SHOP'), payments: port('PAYMENTS') },
    otlp,
    environment,
    environmentName: 'compose',
    userId: process.getuid?.() ?? 1,
  });
  const stop = async (): Promise<void> => {
    await stopSupervisor(folder);
    rmSync(home, { recursive: true, force: true });
  };
  await startSupervisor({ folder, programs, environment });
  const waited = await waitUntilReady({ folder, deadlineMillis: 180_000 });
  if (waited.kind === 'ready') return { shop: `http://127.0.0.1:${port('SHOP')}`, stop };
  await stop();
  throw new Error(`the example applications are not ready: ${JSON.stringify(waited)}`);
}
