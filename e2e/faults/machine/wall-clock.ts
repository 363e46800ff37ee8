import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { command, lackOfCommand } from './command.ts';

const NANOS_PER_MILLI = 1_000_000n;

/** The wall clock of the programs that are started with its environment; the monotonic clock is the machine's. */
export interface WallClock {
  readonly environment: Readonly<Record<string, string>>;
  /** So far from the true time, at once, for all of them and all their threads. */
  set(millis: number): void;
  close(): void;
}

/** Why no clock can be had; undefined when one can: a small library is compiled for it. */
export async function available(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'only on Linux';
  return lackOfCommand('cc --version');
}

/** `folder` holds the library and the offset. @throws when there is no compiler. */
export function createWallClock(folder: string): WallClock {
  const library = join(folder, 'wall-clock.so');
  const offset = join(folder, 'wall-clock.offset');
  command(`cc -O2 -shared -fPIC -o ${library} ${join(import.meta.dirname, 'wall-clock.c')}`);
  writeFileSync(offset, Buffer.alloc(8));
  const descriptor = openSync(offset, 'r+');
  return {
    environment: { LD_PRELOAD: library, VIGIL_BED_CLOCK: offset },
    set(millis) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt(Math.round(millis)) * NANOS_PER_MILLI);
      writeSync(descriptor, bytes, 0, 8, 0);
    },
    close: () => closeSync(descriptor),
  };
}
