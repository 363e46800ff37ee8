import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { LOG_LIMITS, logFile } from '../supervisor/rotating-log.ts';

/** The last lines of a rotated log, oldest first; empty when there is none. A log is bounded, so it is read whole. */
export function lastLines(path: string, count: number): string[] {
  const lines: string[] = [];
  for (let age = 0; age < LOG_LIMITS.files && lines.length < count; age += 1) {
    const file = logFile(path, age);
    if (!existsSync(file)) break;
    lines.unshift(...splitLines(readFileSync(file, 'utf8')));
  }
  return count === 0 ? [] : lines.slice(-count);
}

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Reads what is appended to a log, across rotation: `read` returns the whole lines since the call before. */
export class LogFollower {
  readonly #path: string;
  #open: { descriptor: number; offset: number; inode: number } | undefined;
  #rest = '';
  // A character of several bytes may be cut by the end of a read.
  readonly #decoder = new TextDecoder();

  constructor(path: string) {
    this.#path = path;
    this.#reopen('end');
  }

  /** Never throws: a log that is not there yet has no lines. */
  read(): string[] {
    this.#take();
    // After a rotation the old file has been read to its end above, so nothing between the two is missed.
    if (this.#isRotated()) {
      this.close();
      this.#reopen('start');
      this.#take();
    }
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    return lines;
  }

  close(): void {
    if (this.#open !== undefined) closeSync(this.#open.descriptor);
    this.#open = undefined;
  }

  #isRotated(): boolean {
    if (this.#open === undefined) return existsSync(this.#path);
    // Between a rename and the next write there is no file of this name.
    const now = statSync(this.#path, { throwIfNoEntry: false })?.ino;
    return now !== undefined && now !== this.#open.inode;
  }

  #reopen(from: 'start' | 'end'): void {
    try {
      const descriptor = openSync(this.#path, 'r');
      const { ino, size } = fstatSync(descriptor);
      this.#open = { descriptor, inode: ino, offset: from === 'end' ? size : 0 };
    } catch {
      // Not there yet: #isRotated sees it when it comes.
      this.#open = undefined;
    }
  }

  #take(): void {
    const open = this.#open;
    if (open === undefined) return;
    const buffer = Buffer.alloc(65_536);
    for (;;) {
      const bytes = readSync(open.descriptor, buffer, 0, buffer.length, open.offset);
      if (bytes === 0) return;
      open.offset += bytes;
      this.#rest += this.#decoder.decode(buffer.subarray(0, bytes), { stream: true });
    }
  }
}
