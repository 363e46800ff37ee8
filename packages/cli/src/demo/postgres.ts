import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProgramSpec } from '../supervisor/program-spec.ts';

export interface PostgresOptions {
  /** Folder of `postgres` and `initdb`. */
  readonly binaries: string;
  /** Data folder; made by `initdb` when it is empty. */
  readonly data: string;
  readonly port: number;
  /** Effective user id of this process. */
  readonly userId: number;
}

/**
 * PostgreSQL refuses to run as root. As root it runs in a user namespace in which it is user 1000: nothing has to be
 * given away to another user, and the data folder stays the caller's.
 */
function unprivileged(
  userId: number,
  command: string,
  args: readonly string[],
): { command: string; args: readonly string[] } {
  return userId === 0
    ? { command: '/usr/bin/unshare', args: ['--user', '--map-user=1000', '--', command, ...args] }
    : { command, args };
}

/** Makes the data folder when there is none. @throws when `initdb` fails. */
export async function initialisePostgres({ binaries, data, userId }: PostgresOptions): Promise<void> {
  if (existsSync(join(data, 'PG_VERSION'))) return;
  await mkdir(data, { recursive: true, mode: 0o700 });
  // Trust is for this own server alone: it listens on 127.0.0.1, holds demo data and lives in an ignored folder.
  const args = ['--pgdata', data, '--username', 'vigil', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'];
  const initdb = unprivileged(userId, join(binaries, 'initdb'), args);
  await promisify(execFile)(initdb.command, [...initdb.args]);
}

/** The own PostgreSQL of demo and tests: loopback only, no socket file, its own data folder. */
export function postgresProgram({ binaries, data, port, userId }: PostgresOptions): ProgramSpec {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    fsync: 'off',
    max_connections: '60',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    name: 'postgres',
    title: 'PostgreSQL',
    ...unprivileged(userId, join(binaries, 'postgres'), ['-D', data, ...options]),
    environment: { LC_ALL: 'C' },
    directory: data,
    ready: { kind: 'tcp', host: '127.0.0.1', port },
    url: postgresUrl(port),
    stopSignal: 'SIGINT',
    usuallySeconds: 2,
  };
}

export function postgresUrl(port: number): string {
  return `postgres://vigil@127.0.0.1:${port}/postgres`;
}
