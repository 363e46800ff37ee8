import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { command, isRoot, lackOfCommand } from './command.ts';
import { isGone, undoAtExit } from './undo.ts';

const CHUNK = Buffer.alloc(65_536);

/** A file system of its own (tmpfs) that can be full or read-only. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes what is left: the next write of anybody meets ENOSPC. */
  fill(): void;
  /** Gives that back. */
  empty(): void;
  /** Every write meets EROFS. @throws while somebody has a file open for writing. */
  protect(): void;
  /** Writable again. */
  release(): void;
  remove(): void;
}

/** Why no disk can be had; undefined when one can. */
export async function available(folder: string): Promise<string | undefined> {
  if (!isRoot()) return 'needs root';
  try {
    createSmallDisk(join(folder, 'probe'), CHUNK.length).remove();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Mounts one at this folder, which is made. @throws when the machine does not give one. */
export function createSmallDisk(folder: string, bytes: number): SmallDisk {
  unmountLeft();
  mkdirSync(folder, { recursive: true });
  command(`mount -t tmpfs -o size=${bytes} vigil-${process.pid} ${folder}`);
  const remove = undoAtExit(() => {
    // Lazily: who still has a file open there keeps it until its end.
    command(`umount -l ${folder}`);
    rmSync(folder, { recursive: true, force: true });
  });
  const filler = join(folder, '.filler');
  return {
    folder,
    fill: () => fill(filler),
    empty: () => rmSync(filler, { force: true }),
    protect: () => void command(`mount -o remount,ro ${folder}`),
    release: () => void command(`mount -o remount,rw ${folder}`),
    remove,
  };
}

function fill(file: string): void {
  const descriptor = openSync(file, 'a');
  try {
    for (let size = CHUNK.length; size > 0; ) {
      try {
        writeSync(descriptor, CHUNK, 0, size);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** What a run mounted that could not clear up. */
function unmountLeft(): void {
  for (const line of readFileSync('/proc/mounts', 'utf8').split('\n')) {
    const [, pid, folder] = /^vigil-(\d+) (\S+) tmpfs/.exec(line) ?? [];
    if (pid !== undefined && isGone(Number(pid))) lackOfCommand(`umount -l ${folder}`);
  }
}
