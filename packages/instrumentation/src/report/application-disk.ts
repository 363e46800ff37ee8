import { closeSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';

/** The disk, so that tests need none. Each answers nothing instead of throwing. */
export interface ApplicationDisk {
  readonly readText: (path: string) => string | undefined;
  /** At most that many bytes from the beginning. */
  readonly readStart: (path: string, bytes: number) => string | undefined;
  /** Also follows links. Nothing for what is not there. */
  readonly realPath: (path: string) => string | undefined;
  readonly isFile: (path: string) => boolean;
}

export const APPLICATION_DISK: ApplicationDisk = {
  readText: (path) => orNothing(() => readFileSync(path, 'utf8')),
  readStart: (path, bytes) =>
    orNothing(() => {
      const file = openSync(path, 'r');
      try {
        const buffer = Buffer.alloc(bytes);
        return buffer.toString('utf8', 0, readSync(file, buffer));
      } finally {
        closeSync(file);
      }
    }),
  realPath: (path) => orNothing(() => realpathSync(path)),
  isFile: (path) => orNothing(() => statSync(path).isFile()) ?? false,
};

function orNothing<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined; // A missing or unreadable file is an answer here, not a failure.
  }
}
