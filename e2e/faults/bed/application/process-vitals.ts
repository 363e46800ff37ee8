import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { memoryOf, threadIds } from '../../../../bench/measure/processes.ts';

/** What the system knows of a process: the same for every subject. */
export interface Vitals {
  readonly rssMib: number;
  readonly threads: number;
  /** TCP sockets towards its backend, whatever their state. */
  readonly sockets: number;
}

/** Reads /proc; undefined when the process is gone. Never throws. */
export function readVitals(pid: number, backendPort: number): Vitals | undefined {
  const memory = memoryOf(pid);
  if (memory === undefined) return undefined;
  return { rssMib: memory.residentMib, threads: threadIds(pid).length, sockets: socketsTo(pid, backendPort) };
}

/** By the process' own table, because it may live in a network namespace. */
function socketsTo(pid: number, port: number): number {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  try {
    const inodes = new Set<string>();
    for (const table of ['tcp', 'tcp6']) {
      for (const line of readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n')) {
        const columns = line.trim().split(/\s+/);
        if (columns[2]?.endsWith(remote) && columns[9] !== undefined) inodes.add(`socket:[${columns[9]}]`);
      }
    }
    const descriptors = readdirSync(`/proc/${pid}/fd`);
    return descriptors.filter((name) => inodes.has(linkOf(`/proc/${pid}/fd/${name}`))).length;
  } catch {
    return 0;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed meanwhile.
    return '';
  }
}
