import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';

/** Where setup found or put PostgreSQL and Redis. */
export interface Services {
  /** Folder of `postgres` and `initdb`. */
  readonly postgresBinaries: string;
  readonly redisBinary: string;
  /** Folders with libraries that this Redis needs beside the system's. */
  readonly redisLibraries: readonly string[];
}

interface ServicesFile {
  readonly postgres: { readonly binaries: string } | null;
  readonly redis: { readonly binary: string; readonly libraries: readonly string[] } | null;
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
    throw new CommandError('no redis-server: install Redis 6 or newer and run node scripts/setup.mjs --no-programs');
  return {
    postgresBinaries: file.postgres.binaries,
    redisBinary: file.redis.binary,
    redisLibraries: file.redis.libraries,
  };
}
