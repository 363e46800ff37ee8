import { type LibraryManifest, readManifest } from './library-manifest.ts';

/** A file on disk that turned out to be one somebody watches. */
export interface WatchedFile {
  readonly library: string;
  readonly version: string;
  /** Path inside the library. */
  readonly file: string;
  readonly folder: string;
}

const NODE_MODULES = '/node_modules/';

/**
 * Which files of which libraries are watched. `find` is asked for every module of the application, so it looks at the path alone
 * until that ends like a watched one. Then the library's own package.json decides, which also finds aliases (`npm:pg@8`) and
 * folders that are linked or copied in.
 */
export class WatchedFiles {
  /** Path inside a library → libraries that have such a file watched, each with how many watch it. */
  readonly #libraries = new Map<string, Map<string, number>>();
  /** Last piece of the path → paths inside a library. */
  readonly #byBaseName = new Map<string, Set<string>>();
  readonly #readManifest: (folder: string) => LibraryManifest | undefined;

  constructor(read: (folder: string) => LibraryManifest | undefined = readManifest) {
    this.#readManifest = read;
  }

  add(library: string, file: string): void {
    const libraries = this.#libraries.get(file) ?? new Map<string, number>();
    libraries.set(library, (libraries.get(library) ?? 0) + 1);
    this.#libraries.set(file, libraries);
    const name = baseName(file);
    const files = this.#byBaseName.get(name) ?? new Set();
    this.#byBaseName.set(name, files.add(file));
  }

  remove(library: string, file: string): void {
    const libraries = this.#libraries.get(file);
    const watchers = libraries?.get(library) ?? 0;
    if (watchers > 1) libraries?.set(library, watchers - 1);
    else libraries?.delete(library);
    if (libraries?.size !== 0) return;
    this.#libraries.delete(file);
    this.#byBaseName.get(baseName(file))?.delete(file);
  }

  /** @param path absolute, with `/`. */
  find(path: string): WatchedFile | undefined {
    const files = this.#byBaseName.get(baseName(path));
    if (files === undefined) return undefined;
    for (const file of files) {
      if (!path.endsWith(file) || path.charCodeAt(path.length - file.length - 1) !== 47) continue;
      const found = this.#inLibrary(path.slice(0, path.length - file.length - 1), file);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #inLibrary(folder: string, file: string): WatchedFile | undefined {
    const libraries = this.#libraries.get(file);
    if (libraries === undefined) return undefined;
    // Inside node_modules a library is a folder directly below: saves reading package.json for `pg/lib/deep/lib/client.js`.
    const modules = folder.lastIndexOf(NODE_MODULES);
    if (modules >= 0 && !isPackageName(folder.slice(modules + NODE_MODULES.length))) return undefined;
    // Every other folder has an `index.js`: there the folder has to bear the library's name.
    if (!file.includes('/') && !bearsNameOf(folder, libraries.keys())) return undefined;
    const manifest = this.#readManifest(folder);
    if (manifest === undefined || !libraries.has(manifest.name)) return undefined;
    return { library: manifest.name, version: manifest.version, file, folder };
  }
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function bearsNameOf(folder: string, libraries: Iterable<string>): boolean {
  const name = baseName(folder);
  for (const library of libraries) if (baseName(library) === name) return true;
  return false;
}

const isPackageName = (path: string): boolean => /^(?:@[^/]+\/)?[^/]+$/.test(path);
