import { opendirSync, readFileSync, statSync } from 'node:fs';

/** Beyond it a count that has to read the folder would cost more than a millisecond. */
const READ_MAXIMUM = 4_096;

/**
 * Counts the open file descriptors of the process. Linux 6.2 and later says it as the size of a folder, at any number; older ones are
 * counted up to 4,096. Nothing beyond that, and nothing where there is no `/proc`. Never throws.
 */
export function openFileDescriptors(folder = '/proc/self/fd', readMaximum = READ_MAXIMUM): number | undefined {
  return orNothing(() => {
    const { size } = statSync(folder);
    return size > 0 ? size : entriesOf(folder, readMaximum);
  });
}

function entriesOf(folder: string, maximum: number): number | undefined {
  const open = opendirSync(folder, { bufferSize: 1_024 });
  try {
    // One of them is the folder's own.
    for (let count = -1; count <= maximum; count += 1) if (open.readSync() === null) return count;
    return undefined;
  } finally {
    open.closeSync();
  }
}

/** The soft limit, which is the one that is enforced. Nothing where there is none, or no `/proc`. Never throws. */
export function fileDescriptorLimit(file = '/proc/self/limits'): number | undefined {
  const soft = orNothing(() => /^Max open files\s+(\d+)/m.exec(readFileSync(file, 'utf8'))?.[1]);
  return soft === undefined ? undefined : Number(soft);
}

/** Threads of the process. Nothing where there is no `/proc`. Never throws. */
export function threadCount(folder = '/proc/self/task'): number | undefined {
  // A folder is linked from its parent, from itself and from each folder in it.
  return orNothing(() => statSync(folder).nlink - 2);
}

function orNothing<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined; // Other systems have no such file: then there is nothing to say.
  }
}
