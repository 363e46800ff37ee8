import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  inheritedEnvironment,
  initialisePostgres,
  type ProgramSpec,
  postgresProgram,
  postgresUrl,
  probe,
  readServices,
  redisProgram,
  redisUrl,
} from '@vigil/cli';
import { Redis } from 'ioredis';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { type Core, pinned } from './pinning.ts';
import { watched } from './watched-child.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const READY_MILLIS_MAXIMUM = 30_000;
const ORDERS = 100;
const CUSTOMERS = 20;

/** PostgreSQL and Redis that only this run uses, filled with what bench/overhead/app asks for. */
export interface Databases {
  /** For the application's environment. */
  readonly environment: { readonly APP_DATABASE_URL: string; readonly APP_REDIS_URL: string };
  /** Ends both and removes their data. Never throws. */
  close(): Promise<void>;
}

async function start(spec: ProgramSpec, core: Core): Promise<ChildProcess> {
  const { command, args } = pinned({ command: spec.command, args: spec.args }, core);
  const child = watched(
    spawn(command, [...args], {
      cwd: spec.directory,
      env: { ...inheritedEnvironment(process.env), ...spec.environment },
      stdio: 'ignore',
    }),
  );
  const deadline = performance.now() + READY_MILLIS_MAXIMUM;
  while (spec.ready !== undefined && !(await probe(spec.ready)).ready) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${spec.title} did not become ready (exit code ${child.exitCode})`);
    }
    await sleep(50);
  }
  return child;
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}

async function fillPostgres(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    create table customers (id integer primary key, name text not null);
    create table orders (id integer primary key, customer_id integer not null, total integer not null, state text not null);
    insert into customers select n, 'customer ' || n from generate_series(1, ${CUSTOMERS}) n;
    insert into orders select n, 1 + n % ${CUSTOMERS}, n * 100, case n % 4 when 0 then 'open' else 'shipped' end
      from generate_series(1, ${ORDERS}) n;
    analyze;`);
  await client.end();
}

async function fillRedis(url: string): Promise<void> {
  const redis = new Redis(url);
  const notes = Array.from({ length: ORDERS }, (_, index) => [`order:${index + 1}`, `note on order ${index + 1}`]);
  await redis.mset(Object.fromEntries(notes));
  redis.disconnect();
}

/** Starts both on free ports, with their data in a temporary folder. @throws when setup found no server, or one does not start. */
export async function startDatabases(core?: Core): Promise<Databases> {
  const services = readServices(ROOT);
  const folder = await mkdtemp(join(tmpdir(), 'vigil-bench-'));
  const running: { postgres?: ChildProcess; redis?: ChildProcess } = {};
  const close = async () => {
    await Promise.all([end(running.postgres, 'SIGINT'), end(running.redis, 'SIGTERM')]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [postgresPort, redisPort] = [await freePort(), await freePort()];
    const redisData = join(folder, 'redis');
    await mkdir(redisData);
    const postgres = {
      binaries: services.postgresBinaries,
      data: join(folder, 'postgres'),
      port: postgresPort,
      userId: process.geteuid?.() ?? 1,
    };
    await initialisePostgres(postgres);
    running.postgres = await start(postgresProgram(postgres), core);
    running.redis = await start(
      redisProgram({
        root: ROOT,
        source: services.redis,
        data: redisData,
        port: redisPort,
        environment: inheritedEnvironment(process.env),
      }),
      core,
    );
    const environment = { APP_DATABASE_URL: postgresUrl(postgresPort), APP_REDIS_URL: redisUrl(redisPort) };
    await fillPostgres(environment.APP_DATABASE_URL);
    await fillRedis(environment.APP_REDIS_URL);
    return { environment, close };
  } catch (error) {
    await close();
    throw error;
  }
}
