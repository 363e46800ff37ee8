import { dirname } from 'node:path';
import type { ApplicationDisk } from './application-disk.ts';
import { type ApplicationMode, applicationMode, type MainScript, mainScriptPath } from './application-mode.ts';
import { isExternalIn } from './bundle-marks.ts';
import { ancestors, installedVersion, readManifest } from './package-manifest.ts';

/** What is known of an application before its first line runs. */
export interface ApplicationFacts {
  /** `24.21.0`. */
  readonly nodeVersion: string;
  readonly mode: ApplicationMode;
  /** Names of the dependencies its package.json declares, those of development left out. */
  readonly dependencies: readonly string[];
  /** Version of a library as the application finds it; nothing when it is not installed. */
  readonly installedVersion: (library: string) => string | undefined;
  /** Whether the main script loads a library as a module; a bundle need not. */
  readonly isExternal: (library: string) => boolean;
  /** Paths of the CommonJS modules that were loaded before Vigil. */
  readonly loadedBefore: readonly string[];
  /** What this Node.js does not let us see, in one line. */
  readonly blindSpot: string | undefined;
}

export interface ProcessFacts extends MainScript {
  readonly nodeVersion: string;
  readonly currentFolder: string;
  readonly loadedBefore?: readonly string[];
  readonly blindSpot?: string | undefined;
}

/** Reads the package.json that declares the application's dependencies, and its main script. Never throws. */
export function applicationFacts(process: ProcessFacts, disk: ApplicationDisk): ApplicationFacts {
  const { script, currentFolder, nodeVersion, loadedBefore = [], blindSpot } = process;
  const mode = applicationMode(process, disk);
  const isOwn = script !== undefined && mode.startedBy === undefined && !/[\\/]node_modules[\\/]/.test(script);
  const folder = isOwn ? dirname(disk.realPath(script) ?? script) : currentFolder;
  const path = mode.bundler === undefined ? undefined : mainScriptPath(process, disk);
  // The whole of it, which may be megabytes: only of a bundle, and not kept.
  const bundle = path === undefined ? undefined : disk.readText(path);
  return {
    nodeVersion,
    mode,
    dependencies: declaredDependencies(folder, disk),
    installedVersion: (library) => installedVersion(library, folder, disk),
    isExternal: (library) => bundle === undefined || isExternalIn(bundle, library),
    loadedBefore,
    blindSpot,
  };
}

/** A package.json without dependencies only says of which type the files below it are. */
function declaredDependencies(folder: string, disk: ApplicationDisk): readonly string[] {
  for (const candidate of ancestors(folder)) {
    const dependencies = readManifest(candidate, disk)?.dependencies ?? [];
    if (dependencies.length > 0) return dependencies;
  }
  return [];
}
