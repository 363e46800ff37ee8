import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const BLOCK = Buffer.alloc(65_536);

/** A disk of a program's own in memory, small enough to be filled. Needs root. */
export class SmallDisk {
  readonly folder: string;
  readonly #ballast: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.#ballast = join(folder, 'ballast');
  }

  /** Mounts one over a folder. @throws when this machine does not allow it. */
  static mount(folder: string, mebibytes: number): SmallDisk {
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0755`, 'tmpfs', folder], { stdio: 'pipe' });
    return new SmallDisk(folder);
  }

  /** Bytes that can still be written. */
  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Fills it to the last block, but for so many bytes. */
  fill(leave = 0): void {
    const file = openSync(this.#ballast, 'a');
    try {
      while (this.freeBytes - BLOCK.length >= leave) writeSync(file, BLOCK);
      if (leave === 0) for (;;) writeSync(file, BLOCK.subarray(0, 4_096));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Takes back what {@link fill} wrote. */
  makeRoom(): void {
    rmSync(this.#ballast, { force: true });
  }

  /** Nothing can be written any more. Only while no program has a file open for writing. */
  makeReadOnly(): void {
    execFileSync('mount', ['-o', 'remount,ro', this.folder], { stdio: 'pipe' });
  }

  /** As before {@link makeReadOnly}. */
  makeWritable(): void {
    execFileSync('mount', ['-o', 'remount,rw', this.folder], { stdio: 'pipe' });
  }

  /** Takes it away with everything on it; call it when nothing uses it any more. */
  unmount(): void {
    execFileSync('umount', ['-l', this.folder], { stdio: 'pipe' });
  }
}
