import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that a recycled pid cannot be taken for: `started` differs when another process got the number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: boot id and start time in clock ticks on Linux, the start date of `ps` elsewhere. */
  readonly started: string;
}

/** Identity of a running process; undefined when there is none with this pid or it is a zombie. Never throws. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedFromProc(pid) : startedFromPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether exactly this process, not a later one with its number, still runs. Never throws. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

/** Reads the start time out of a line of /proc/<pid>/stat; undefined for zombies and for text that is no such line. */
export function startTicks(stat: string): string | undefined {
  // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  return state === 'Z' || state === 'X' ? undefined : fields[19];
}

let bootId: string | undefined;

function startedFromProc(pid: number): string | undefined {
  try {
    const ticks = startTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return ticks === undefined ? undefined : `${bootId}/${ticks}`;
  } catch {
    // No such file is how Linux says that there is no such process.
    return undefined;
  }
}

function startedFromPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return line.startsWith('Z') || line === '' ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    // ps exits with 1 when there is no such process.
    return undefined;
  }
}
