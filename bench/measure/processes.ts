// What a process uses, read from outside through /proc: works alike whatever runs in it, and costs it nothing. Linux only.
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc: 100 on every Linux Node.js runs on. */
const TICKS_PER_SECOND = 100;
const NANOSECONDS = 1e9;

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Fields of /proc/<pid>/stat after the name in brackets, which may hold anything: the first is the state, field 3. */
const statFields = (text: string): string[] => text.slice(text.lastIndexOf(')') + 2).split(' ');

/**
 * Seconds of CPU, user and system, of all threads, ended ones too; steps of 10 ms. Nothing when the process is gone.
 * Never throws.
 */
export function cpuSeconds(pid: number): number | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = statFields(text);
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/**
 * Seconds of CPU of the threads that live, in nanosecond steps: for windows in which no thread ends. Nothing when the
 * process is gone or the kernel does not tell. Never throws.
 */
export function liveThreadCpuSeconds(pid: number): number | undefined {
  const threads = threadIds(pid).map((thread) => read(`/proc/${pid}/task/${thread}/schedstat`));
  const known = threads.flatMap((text) => (text === undefined ? [] : [Number(text.split(' ')[0])]));
  if (known.length === 0) return undefined;
  return known.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / NANOSECONDS;
}

/** Threads of a process, the first one included; none when it is gone. Never throws. */
export function threadIds(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

export interface Memory {
  /** Resident set now, in MiB. */
  readonly residentMib: number;
  /** The most it ever was, in MiB. */
  readonly peakMib: number;
}

/** Memory of a process; nothing when it is gone. Never throws. */
export function memoryOf(pid: number): Memory | undefined {
  const text = read(`/proc/${pid}/status`);
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text ?? '')?.[1] ?? Number.NaN);
  const memory = { residentMib: kib('VmRSS') / 1024, peakMib: kib('VmHWM') / 1024 };
  return Number.isNaN(memory.residentMib) ? undefined : memory;
}

/** Open file descriptors of a process, sockets among them; nothing when it is gone or not ours. Never throws. */
export function openFiles(pid: number): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return undefined;
  }
}

export interface CoreTime {
  /** Seconds the core worked for anybody. */
  readonly busySeconds: number;
  /** Seconds the hypervisor took it away. */
  readonly stealSeconds: number;
}

/** Time of one core since the machine started; nothing when there is no such core. Never throws. */
export function coreTime(core: number): CoreTime | undefined {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(read('/proc/stat') ?? '')?.[1];
  if (line === undefined) return undefined;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(' ').map(Number);
  return {
    busySeconds: (user + nice + system + irq + softirq) / TICKS_PER_SECOND,
    stealSeconds: steal / TICKS_PER_SECOND,
  };
}
