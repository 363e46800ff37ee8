import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LibraryFile, LoadedFile, ModuleLoads } from '@vigil/instrumentation';

const FOLDER = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/** Folder of a library in this folder's own `node_modules`; of node-redis that of the client it depends on. */
export function libraryFolder(alias: string): string {
  const folder = join(FOLDER, 'node_modules', alias);
  if (!alias.startsWith('redis-')) return folder;
  const nested = join(folder, 'node_modules/@redis/client');
  return existsSync(nested) ? nested : join(FOLDER, 'node_modules/@redis/client');
}

export const loadLibrary = (alias: string): unknown => require(join(FOLDER, 'node_modules', alias));

export const libraryVersion = (alias: string): string =>
  JSON.parse(readFileSync(join(libraryFolder(alias), 'package.json'), 'utf8')).version;

/** Tells of the files of one library by really loading them, as the preload does it when the application loads them. */
export function loadsOf(alias: string): ModuleLoads {
  const folder = libraryFolder(alias);
  const library = alias.startsWith('redis-') ? '@redis/client' : 'ioredis';
  return {
    watch(watched: LibraryFile, onLoad: (loaded: LoadedFile) => void) {
      if (watched.library !== library) return () => undefined;
      for (const file of watched.files) {
        const path = join(folder, file);
        if (!existsSync(path)) continue;
        onLoad({ library, version: libraryVersion(alias), file, module: 'cjs', exports: require(path), folder });
      }
      return () => undefined;
    },
  };
}
