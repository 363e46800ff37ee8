import { fileURLToPath } from 'node:url';
import { onCommonjsLoads } from './commonjs-loads.ts';
import { loadEagerly } from './eager-loads.ts';
import { onEsModuleLoads } from './es-module-loads.ts';
import type { LibraryFile, LoadedFile, ModuleLoads } from './module-loads.ts';
import { hasWorkingSyncHooks } from './sync-hooks-support.ts';
import { isInRange } from './version-range.ts';
import { type WatchedFile, WatchedFiles } from './watched-files.ts';

export interface ModuleLoadsOptions {
  /** One line for people: a callback that threw, a library that could not be loaded ahead. */
  readonly warn: (line: string) => void;
  /** The application's file, absolute. Default: `process.argv[1]`. */
  readonly entry?: string | undefined;
  /** Whether this Node.js has synchronous module hooks that work. Default: by its version. */
  readonly hasSyncHooks?: boolean;
}

export interface InstalledModuleLoads extends ModuleLoads {
  /** What is not seen on this version of Node.js, as a line for the start; undefined when all is. */
  readonly blindSpot: string | undefined;
}

interface Watcher {
  readonly watched: LibraryFile;
  readonly onLoad: (loaded: LoadedFile) => void;
  readonly onRefused: ((library: string, version: string) => void) | undefined;
}

/** Tells of loaded files of libraries, in both module systems, without a proxy around any module. Install once, before the application. */
export function createModuleLoads(options: ModuleLoadsOptions): InstalledModuleLoads {
  const files = new WatchedFiles();
  const watchers = new Set<Watcher>();
  const hasSyncHooks = options.hasSyncHooks ?? hasWorkingSyncHooks();
  const entry = 'entry' in options ? options.entry : process.argv[1];
  const warnOf = (library: string, error: unknown) =>
    options.warn(
      `${library} is loaded and not instrumented: ${firstLine(error instanceof Error ? error.message : String(error))}`,
    );

  function tell(found: WatchedFile, exports: unknown, module: 'esm' | 'cjs'): void {
    const loaded = { ...found, module, exports: exports as LoadedFile['exports'] };
    for (const watcher of watchers) {
      const { watched, onLoad, onRefused } = watcher;
      if (watched.library !== found.library || !watched.files.includes(found.file)) continue;
      try {
        if (isInRange(found.version, watched.versions)) onLoad(loaded);
        else onRefused?.(found.library, found.version);
      } catch (error) {
        warnOf(found.library, error);
      }
    }
  }

  const fileAt = (path: string) => {
    const found = files.find(path);
    return found && ((exports: unknown, module: 'esm' | 'cjs') => tell(found, exports, module));
  };

  function install(): void {
    try {
      onCommonjsLoads((filename) => {
        const onRun = fileAt(process.platform === 'win32' ? filename.replaceAll('\\', '/') : filename);
        return onRun && { onRun };
      });
      if (hasSyncHooks) onEsModuleLoads((url) => fileAt(pathOf(url)));
    } catch (error) {
      // A prototype that is frozen, a runtime that is not Node.js.
      options.warn(`no library is instrumented, loaded files cannot be seen: ${String(error)}`);
    }
  }

  let isInstalled = false;
  return {
    blindSpot: hasSyncHooks
      ? undefined
      : `Node.js ${process.versions.node} cannot tell when ES modules are imported (22.22.3, 24.11.1 and later can): libraries made of ES modules are instrumented where the application's entry point finds them`,
    watch(watched, onLoad, onRefused) {
      isInRange('0.0.0', watched.versions);
      const watcher: Watcher = { watched, onLoad, onRefused };
      watchers.add(watcher);
      for (const file of watched.files) files.add(watched.library, file);
      if (!isInstalled) {
        isInstalled = true;
        install();
      }
      if (!hasSyncHooks) {
        try {
          loadEagerly(watched.library, watched.files, entry);
        } catch (error) {
          warnOf(watched.library, error);
        }
      }
      return () => {
        if (!watchers.delete(watcher)) return;
        for (const file of watched.files) files.remove(watched.library, file);
      };
    },
  };
}

const firstLine = (text: string): string => text.split('\n', 1)[0] as string;

/** Path of a module's address, with `/`; an address that names no file is its own path and is watched by nobody. */
function pathOf(url: string): string {
  if (!url.startsWith('file:')) return url;
  const end = url.search(/[?#]/);
  const address = end < 0 ? url : url.slice(0, end);
  // Decoding costs more than the rest of the search; most addresses need none.
  if (!address.includes('%') && process.platform !== 'win32') return address.slice('file://'.length);
  try {
    return fileURLToPath(address).replaceAll('\\', '/');
  } catch {
    // Other loaders make up addresses that no file can have; their modules must load.
    return url;
  }
}
