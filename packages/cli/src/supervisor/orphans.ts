import { readdirSync, readFileSync } from 'node:fs';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';
import { type RunFile, type RunState, readRunFile } from './run-file.ts';
import { MARKER } from './supervisor.ts';

/** What is left of a supervisor and its programs. */
export interface Survivors {
  /** The supervisor itself, when it runs. */
  readonly supervisor: ProcessIdentity | undefined;
  /** Its programs and whatever they started, as far as they can be found. */
  readonly programs: readonly ProcessIdentity[];
}

/**
 * Finds the processes of a run folder: those the run file names, checked against their start time so that a recycled
 * pid is never taken for one, and on Linux also every process that carries the folder's marker in its environment: a
 * program started a moment before its supervisor was killed stands in no file. Never throws.
 */
export function findSurvivors(runFolder: string): Survivors {
  const file = readRunFile(runFolder);
  const run = file.kind === 'present' ? file.run : undefined;
  const recorded = (run?.programs ?? []).flatMap((program) => (program.process ? [program.process] : []));
  const supervisor = run !== undefined && isAlive(run.supervisor) ? run.supervisor : undefined;
  const found = new Map<number, ProcessIdentity>();
  for (const identity of [...recorded.filter(isAlive), ...markedProcesses(runFolder)])
    found.set(identity.pid, identity);
  if (supervisor !== undefined) found.delete(supervisor.pid);
  return { supervisor, programs: [...found.values()] };
}

/** What a run folder says and whether it is true. `lost`: the supervisor is gone without having stopped its programs. */
export type Inspection =
  | { readonly kind: 'absent' }
  | { readonly kind: 'running'; readonly run: RunState }
  | { readonly kind: 'stopped'; readonly run: RunState }
  | { readonly kind: 'lost'; readonly run: RunState | undefined; readonly survivors: readonly ProcessIdentity[] };

/** Looks at a run folder. Never throws. */
export function inspectSupervisor(runFolder: string): Inspection {
  const file: RunFile = readRunFile(runFolder);
  if (file.kind === 'present' && isAlive(file.run.supervisor)) return { kind: 'running', run: file.run };
  const { programs } = findSurvivors(runFolder);
  const run = file.kind === 'present' ? file.run : undefined;
  if (programs.length > 0) return { kind: 'lost', run, survivors: programs };
  if (file.kind === 'absent') return { kind: 'absent' };
  if (run?.state === 'stopped') return { kind: 'stopped', run };
  return { kind: 'lost', run, survivors: [] };
}

/** Whether the text of /proc/<pid>/environ carries the marker of this run folder. */
export function carriesMarker(environ: string, runFolder: string): boolean {
  return environ.split('\0').includes(`${MARKER}=${runFolder}`);
}

function markedProcesses(runFolder: string): ProcessIdentity[] {
  if (process.platform !== 'linux') return [];
  const marked: ProcessIdentity[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      if (!carriesMarker(readFileSync(`/proc/${pid}/environ`, 'utf8'), runFolder)) continue;
    } catch {
      // Another user's process, or one that ended meanwhile: not ours.
      continue;
    }
    const identity = identify(pid);
    if (identity !== undefined) marked.push(identity);
  }
  return marked;
}
