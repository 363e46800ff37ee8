import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const SERVICES = join(import.meta.dirname, '../../../../.vigil/services.json');
const READY_MILLIS_MAXIMUM = 30_000;

export interface OwnPostgres {
  readonly url: string;
  readonly port: number;
  /** Ends the server and removes its data. */
  close(): Promise<void>;
}

/** As root PostgreSQL runs in a user namespace in which it is user 1000: it refuses to be root. */
const unprivileged = (command: string, args: readonly string[]): [string, string[]] =>
  process.geteuid?.() === 0
    ? ['/usr/bin/unshare', ['--user', '--map-user=1000', '--', command, ...args]]
    : [command, [...args]];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A PostgreSQL that only this test uses. @throws when `scripts/setup.mjs` found none, or it does not start. */
export async function startPostgres(): Promise<OwnPostgres> {
  const { postgres } = JSON.parse(await readFile(SERVICES, 'utf8')) as { postgres: { binaries: string } };
  const folder = await mkdtemp(join(tmpdir(), 'vigil-instrumentation-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const initdb = [
    '--pgdata',
    data,
    '--username',
    'vigil',
    '--auth=trust',
    '--no-sync',
    '--encoding=UTF8',
    '--locale=C',
  ];
  await promisify(execFile)(...unprivileged(join(postgres.binaries, 'initdb'), initdb));
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'fsync=off'];
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const child: ChildProcess = spawn(...unprivileged(join(postgres.binaries, 'postgres'), args), {
    stdio: 'ignore',
    env: { LC_ALL: 'C' },
  });
  const close = async () => {
    if (child.exitCode === null) {
      child.kill('SIGINT');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = performance.now() + READY_MILLIS_MAXIMUM;
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await close();
      throw new Error(`PostgreSQL did not become ready (exit code ${child.exitCode})`);
    }
    await sleep(50);
  }
  return { url: `postgres://vigil:secret-password@127.0.0.1:${port}/postgres`, port, close };
}
