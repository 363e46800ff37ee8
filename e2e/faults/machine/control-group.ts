import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRoot } from './command.ts';
import { leftNames, ownName, undoAtExit } from './undo.ts';

const ROOT = '/sys/fs/cgroup';
const PERIOD_MICROS = 100_000;
const KILLED_PATIENCE_MILLIS = 2_000;

export interface GroupLimits {
  /** Memory of all its processes, page cache included. Default: no limit. */
  readonly memoryBytes?: number;
  /** Cores' worth of time: 0.1 is a tenth of one. Default: no limit. */
  readonly cpus?: number;
}

/** A limit that the kernel enforces on a group of processes. */
export interface ControlGroup {
  /** Goes in front of a program that is to live in it. */
  readonly command: readonly string[];
  /** Other limits, also while programs live in it. */
  limit(limits: GroupLimits): void;
  /** Most memory it had. */
  peakBytes(): number;
  /** Its programs must have ended. */
  remove(): void;
}

/** What differs between the two versions of control groups. */
interface Version {
  /** Folders a group is made of. */
  folders(name: string): readonly string[];
  write(name: string, limits: GroupLimits): void;
  peakFile(name: string): string;
}

const one: Version = {
  folders: (name) => [join(ROOT, 'memory', name), join(ROOT, 'cpu', name)],
  write: (name, { memoryBytes, cpus }) => {
    writeFileSync(join(ROOT, 'memory', name, 'memory.limit_in_bytes'), `${memoryBytes ?? -1}`);
    writeFileSync(join(ROOT, 'cpu', name, 'cpu.cfs_period_us'), `${PERIOD_MICROS}`);
    writeFileSync(join(ROOT, 'cpu', name, 'cpu.cfs_quota_us'), `${cpus === undefined ? -1 : cpus * PERIOD_MICROS}`);
  },
  peakFile: (name) => join(ROOT, 'memory', name, 'memory.max_usage_in_bytes'),
};

const two: Version = {
  folders: (name) => [join(ROOT, name)],
  write: (name, { memoryBytes, cpus }) => {
    writeFileSync(join(ROOT, name, 'memory.max'), `${memoryBytes ?? 'max'}`);
    writeFileSync(join(ROOT, name, 'cpu.max'), `${cpus === undefined ? 'max' : cpus * PERIOD_MICROS} ${PERIOD_MICROS}`);
  },
  peakFile: (name) => join(ROOT, name, 'memory.peak'),
};

function version(): Version | undefined {
  if (existsSync(join(ROOT, 'memory/cgroup.procs')) && existsSync(join(ROOT, 'cpu/cgroup.procs'))) return one;
  const controllers = join(ROOT, 'cgroup.subtree_control');
  if (!existsSync(controllers)) return undefined;
  const given = readFileSync(controllers, 'utf8');
  return given.includes('memory') && given.includes('cpu') ? two : undefined;
}

/** Why no group can be had; undefined when one can. */
export async function available(): Promise<string | undefined> {
  if (!isRoot()) return 'needs root';
  if (version() === undefined) return 'no memory and cpu controllers in /sys/fs/cgroup';
  try {
    createControlGroup({}).remove();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** @throws when the machine does not give one. */
export function createControlGroup(limits: GroupLimits): ControlGroup {
  const kind = version();
  if (kind === undefined) throw new Error('no control groups');
  for (const folder of kind.folders('')) {
    for (const left of leftNames(readdirSync(folder))) removeGroup(join(folder, left));
  }
  const name = ownName();
  const folders = kind.folders(name);
  for (const folder of folders) mkdirSync(folder);
  const remove = undoAtExit(() => folders.forEach(removeGroup));
  const enter = folders.map((folder) => `echo $$ > ${folder}/cgroup.procs`).join(' && ');
  try {
    kind.write(name, limits);
  } catch (error) {
    remove();
    throw error;
  }
  return {
    command: ['sh', '-c', `${enter} && exec "$@"`, 'sh'],
    limit: (next) => kind.write(name, next),
    peakBytes: () => Number(readFileSync(kind.peakFile(name), 'utf8')),
    remove,
  };
}

/** Ends what still lives in it: a folder with processes cannot be removed. */
function removeGroup(folder: string): void {
  const untilMillis = performance.now() + KILLED_PATIENCE_MILLIS;
  for (;;) {
    try {
      rmdirSync(folder);
      return;
    } catch (error) {
      if (performance.now() > untilMillis) throw error;
    }
    for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)) {
      process.kill(Number(pid), 'SIGKILL');
    }
  }
}
