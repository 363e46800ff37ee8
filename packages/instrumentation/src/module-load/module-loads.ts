/** A file of a library that somebody wants to be told of. */
export interface LibraryFile {
  /** npm name: `pg`, `@redis/client`. */
  readonly library: string;
  /** Path inside the library, as published: `lib/client.js`. Both files where a library has one for each module system. */
  readonly files: readonly string[];
  /** Which versions are known to be made this way, as a range of semver: `>=8 <9`. Others are refused with a line. */
  readonly versions: string;
}

/** A loaded file of a library: every copy of the library, and each of its two module systems, comes once. */
export interface LoadedFile {
  readonly library: string;
  readonly version: string;
  readonly file: string;
  readonly module: 'esm' | 'cjs';
  /** What the file exports; of an ES module its names, which cannot be assigned; of a CommonJS module `module.exports`. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** Folder of the library's package.json. */
  readonly folder: string;
}

export interface ModuleLoads {
  /**
   * Calls back when such a file has been loaded and run, before whoever loads it goes on; for what is loaded already, never. What
   * `onLoad` throws is said in one line and does not reach the application.
   *
   * @param onRefused a copy of the library whose version is out of range.
   * @returns stops the calls.
   */
  watch(
    file: LibraryFile,
    onLoad: (loaded: LoadedFile) => void,
    onRefused?: (library: string, version: string) => void,
  ): () => void;
}
