import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Bounds of one program's log: `files` files (the newest included) of at most `fileBytes` bytes each. */
export interface LogLimits {
  readonly fileBytes: number;
  readonly files: number;
}

export const LOG_LIMITS: LogLimits = { fileBytes: 5 * 1024 * 1024, files: 3 };

/** Path of the n-th newest file of a log: 0 is the one being written. */
export function logFile(path: string, age: number): string {
  return age === 0 ? path : `${path}.${age}`;
}

/**
 * A log file with a size bound. Writes are synchronous, so nothing waits in memory and a line is on disk when its
 * program has died of it. Rotating streams end at their first write error and would stop draining the program's pipe,
 * which blocks the program: here a full disk costs log lines, counted in `lostBytes`, and the next write tries again.
 */
export class RotatingLog {
  readonly #path: string;
  readonly #limits: LogLimits;
  #file: { descriptor: number; size: number } | undefined;
  #lostBytes = 0;

  constructor(path: string, limits: LogLimits = LOG_LIMITS) {
    this.#path = path;
    this.#limits = limits;
  }

  /** Bytes that could not be written since the start. */
  get lostBytes(): number {
    return this.#lostBytes;
  }

  /** Appends; rotates first when the file would grow past its bound. Never throws. */
  write(chunk: Uint8Array): void {
    let rest = chunk;
    try {
      while (rest.length > 0) {
        const file = this.#fileWithRoomFor(rest.length);
        const written = writeSync(file.descriptor, rest, 0, Math.min(rest.length, this.#limits.fileBytes));
        file.size += written;
        rest = rest.subarray(written);
      }
    } catch {
      // Disk full or folder gone: the loss is counted, and the file is opened anew for the next chunk.
      this.#lostBytes += rest.length;
      this.close();
    }
  }

  /** Closes the file; a later write opens it again. Never throws. */
  close(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    try {
      closeSync(file.descriptor);
    } catch {
      // A descriptor that cannot be closed holds nothing of ours: every write has happened already.
    }
  }

  #fileWithRoomFor(bytes: number): { descriptor: number; size: number } {
    this.#file ??= this.#open();
    if (this.#file.size > 0 && this.#file.size + bytes > this.#limits.fileBytes) {
      this.close();
      this.#rotate();
      this.#file = this.#open();
    }
    return this.#file;
  }

  #open(): { descriptor: number; size: number } {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const descriptor = openSync(this.#path, 'a', 0o600);
    return { descriptor, size: fstatSync(descriptor).size };
  }

  #rotate(): void {
    const oldest = this.#limits.files - 1;
    rmSync(logFile(this.#path, oldest), { force: true });
    for (let age = oldest - 1; age >= 0; age -= 1) {
      try {
        renameSync(logFile(this.#path, age), logFile(this.#path, age + 1));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }
}
