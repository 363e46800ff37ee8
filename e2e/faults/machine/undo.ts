const left = new Set<() => void>();
let isListening = false;

/**
 * Something of the machine that is to be given back on every way out: by the returned function, or when the process ends
 * before. `giveBack` is synchronous, for at the end nothing else is waited for.
 */
export function undoAtExit(giveBack: () => void): () => void {
  if (!isListening) {
    isListening = true;
    // Interruptions end in `exit` too: the bed listens for them (faults.ts), and so does jest.
    process.on('exit', () => {
      for (const undo of [...left].reverse()) undo();
    });
  }
  const undo = (): void => {
    if (!left.delete(undo)) return;
    try {
      giveBack();
    } catch (error) {
      process.stderr.write(`left behind on this machine: ${String(error)}\n`);
    }
  };
  left.add(undo);
  return undo;
}

/** Processes of this pid's name are gone: what they named after themselves may be removed. */
export const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
};

let last = 0;

/** A name no other run has: `vigil-<pid>-<n>`. */
export function ownName(): string {
  last += 1;
  return `vigil-${process.pid}-${last}`;
}

/** The names among these that a run left which could not clear up: SIGKILL, power. */
export const leftNames = (names: readonly string[]): string[] =>
  names.filter((name) => {
    const pid = /^vigil-(\d+)-\d+$/.exec(name)?.[1];
    return pid !== undefined && isGone(Number(pid));
  });
