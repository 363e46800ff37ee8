import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProcessIdentity } from './process-identity.ts';
import type { ProgramSpec } from './program-spec.ts';

/**
 * What a program does: `waiting` for programs it needs, `running`, `backoff` between a crash and the next start,
 * `stopping` between the stop signal and the end, `stopped`.
 */
export type ProgramState = 'waiting' | 'running' | 'backoff' | 'stopping' | 'stopped';

/** How a run of a program ended. */
export interface ProgramExit {
  /** Wall clock, ISO 8601. */
  readonly at: string;
  readonly code: number | null;
  readonly signal: string | null;
  /** Set when the program could not be started at all. */
  readonly error?: string;
}

/** A program as the run file shows it: without its environment, which may hold a proxy's password. */
export type ShownSpec = Omit<ProgramSpec, 'environment'>;

/** One program in the run file. */
export interface ProgramStatus {
  readonly spec: ShownSpec;
  readonly state: ProgramState;
  /** The process of the present run; only while running or stopping. */
  readonly process?: ProcessIdentity;
  /** Wall clock, ISO 8601: start of the present run. */
  readonly startedAt?: string;
  /** Starts after the first. */
  readonly restarts: number;
  readonly lastExit?: ProgramExit;
  /** Wall clock, ISO 8601: when a program in `backoff` is started again. */
  readonly nextStartAt?: string;
  /** Bytes of output that could not be written to the log. */
  readonly lostLogBytes: number;
}

/** The run file: everything a later `vigil status` or `vigil down` needs to know. */
export interface RunState {
  readonly version: 1;
  readonly supervisor: ProcessIdentity;
  readonly startedAt: string;
  readonly state: 'running' | 'stopping' | 'stopped';
  readonly programs: readonly ProgramStatus[];
}

/** What stands in the run file. `unreadable`: a file is there, but not one of ours. */
export type RunFile =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'present'; readonly run: RunState };

/** Path of the run file in a run folder. */
export function runFilePath(runFolder: string): string {
  return join(runFolder, 'supervisor.json');
}

/**
 * Writes the run file so that a reader sees the old or the new text, never a part.
 *
 * @throws when the disk refuses.
 */
export function writeRunFile(runFolder: string, run: RunState): void {
  const path = runFilePath(runFolder);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, `${JSON.stringify(run, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

/** Reads the run file. Never throws. */
export function readRunFile(runFolder: string): RunFile {
  let text: string;
  try {
    text = readFileSync(runFilePath(runFolder), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' ? { kind: 'absent' } : { kind: 'unreadable', reason: String(error) };
  }
  try {
    const run = JSON.parse(text) as Partial<RunState> | null;
    if (run?.version === 1 && typeof run.supervisor?.pid === 'number' && Array.isArray(run.programs)) {
      return { kind: 'present', run: run as RunState };
    }
    return { kind: 'unreadable', reason: 'it is not a run file of this version' };
  } catch (error) {
    return { kind: 'unreadable', reason: String(error) };
  }
}
