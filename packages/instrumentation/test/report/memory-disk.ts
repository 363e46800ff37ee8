import type { ApplicationDisk } from '../../src/report/application-disk.ts';

/** A disk of these files, by path. */
export function memoryDisk(files: Readonly<Record<string, string>>): ApplicationDisk {
  const isFile = (path: string) => Object.hasOwn(files, path);
  return {
    readText: (path) => files[path],
    readStart: (path, bytes) => files[path]?.slice(0, bytes),
    realPath: (path) => (isFile(path) ? path : undefined),
    isFile,
  };
}
