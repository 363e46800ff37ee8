// The object, as Yarn Plug'n'Play replaces functions on it to read out of its archives.
import fs from 'node:fs';

/** What a library says of itself in its package.json. */
export interface LibraryManifest {
  readonly name: string;
  readonly version: string;
}

/** The package.json in a folder; undefined when there is none that can be read. Never throws. */
export function readManifest(folder: string): LibraryManifest | undefined {
  try {
    const { name, version } = JSON.parse(fs.readFileSync(`${folder}/package.json`, 'utf8')) as Record<string, unknown>;
    return typeof name === 'string' && typeof version === 'string' ? { name, version } : undefined;
  } catch {
    // Most folders that are asked have none: the path only ended like that of a watched file.
    return undefined;
  }
}
