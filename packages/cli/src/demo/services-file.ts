import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';

/** Where setup found or put PostgreSQL and Redis. */
export interface Services {
  /** Folder of `postgres` and `initdb`. */
  readonly postgresBinaries: string;
  readonly redis: RedisSource;
}

/** A server of this machine, or an image for its Docker engine. */
export type RedisSource =
  /** `libraries`: folders with libraries that this binary needs beside the system's. */
  { readonly binary: string; readonly libraries: readonly string[] } | { readonly image: string };

interface ServicesFile {
  readonly postgres: { readonly binaries: string } | null;
  readonly redis: RedisSource | null;
}

/** Reads what `scripts/setup.mjs` wrote. @throws CommandError when it has not run or found no server. */
export function readServices(root: string): Services {
  const path = join(root, '.vigil/services.json');
  let file: ServicesFile;
  try {
    file = JSON.parse(readFileSync(path, 'utf8')) as ServicesFile;
  } catch {
    throw new CommandError(`no PostgreSQL and Redis prepared (${path}): run node scripts/setup.mjs --no-programs`);
  }
  if (file.postgres === null)
    throw new CommandError(`no PostgreSQL package for ${process.platform}-${process.arch}: the demo needs one`);
  if (file.redis === null)
    throw new CommandError(
      'no Redis: install redis-server (6 or newer) or start Docker, then run node scripts/setup.mjs --no-programs',
    );
  return { postgresBinaries: file.postgres.binaries, redis: file.redis };
}
