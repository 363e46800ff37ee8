import type { ChildProcess } from 'node:child_process';

const alive = new Set<ChildProcess>();

/** Ends with this process whatever way it ends, unless it ended before. */
export function watched<Child extends ChildProcess>(child: Child): Child {
  if (alive.size === 0) process.once('exit', killAll);
  alive.add(child);
  child.once('exit', () => {
    alive.delete(child);
    if (alive.size === 0) process.off('exit', killAll);
  });
  return child;
}

function killAll(): void {
  for (const child of alive) child.kill('SIGKILL');
}
