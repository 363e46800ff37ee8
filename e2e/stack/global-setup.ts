import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ExamplePorts,
  examplePrograms,
  exampleUrls,
  inheritedEnvironment,
  startSupervisor,
  waitUntilReady,
} from '@vigil/cli';
import { isLacking, lacksOf } from '../driver/lacks.ts';
import { publishEndpoints } from './endpoints.ts';
import globalTeardown from './global-teardown.ts';
import { stackPorts } from './ports.ts';
import { ROOT, vigil } from './vigil.ts';

const READY_MILLIS = 180_000;

/**
 * Starts one stack for all test files, natively, on ports and in a folder of its own, and the example applications beside
 * it in a second group of the same folder, so that `vigil down` finds everything.
 */
export default async function globalSetup(): Promise<void> {
  const home = join(ROOT, '.vigil/e2e');
  Object.assign(process.env, stackPorts());
  process.env.VIGIL_HOME = home;
  process.env.VIGIL_PROGRAMS ??= join(ROOT, '.vigil/programs/bin');
  await vigil(['down', '--volumes', '--engine', 'native']);
  rmSync(home, { recursive: true, force: true });
  const lacks = lacksOf(ROOT);
  if (!isLacking(lacks, 'e2e/signals/')) {
    const up = await vigil(['up', '--engine', 'native']);
    if (up.code !== 0) throw new Error(`vigil up ended with ${up.code}\n${up.stderr}`);
  }
  try {
    if (!isLacking(lacks, 'e2e/examples/')) await startApplications(home);
  } catch (error) {
    // Jest tears down only what was set up.
    await globalTeardown();
    throw error;
  }
}

/** Starts PostgreSQL, Redis, payments and shop beside the stack and publishes every address. */
async function startApplications(home: string): Promise<void> {
  const port = (name: string) => Number(process.env[`VIGIL_${name}_PORT`]);
  const url = (name: string) => `http://127.0.0.1:${port(name)}`;
  const ports: ExamplePorts = {
    postgres: port('DEMO_POSTGRES'),
    redis: port('DEMO_REDIS'),
    shop: port('DEMO_SHOP'),
    payments: port('DEMO_PAYMENTS'),
  };
  const data = join(home, 'applications/data');
  mkdirSync(data, { recursive: true });
  const environment = inheritedEnvironment(process.env);
  const otlp = url('OTLP_HTTP');
  const programs = await examplePrograms({
    root: ROOT,
    data,
    ports,
    otlp,
    environment,
    environmentName: 'e2e',
    userId: process.getuid?.() ?? 1,
  });
  const folder = { run: join(home, 'applications/run'), logs: join(home, 'applications/logs') };
  await startSupervisor({ folder, programs, environment });
  const waited = await waitUntilReady({ folder, deadlineMillis: READY_MILLIS });
  if (waited.kind !== 'ready') throw new Error(`the example applications are not ready: ${JSON.stringify(waited)}`);
  publishEndpoints({
    ...exampleUrls(ports),
    home,
    otlp,
    prometheus: url('PROMETHEUS'),
    alertmanager: url('ALERTMANAGER'),
    jaeger: url('JAEGER'),
    loki: url('LOKI'),
    pager: url('PAGER'),
  });
}
