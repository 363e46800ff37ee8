import type { Engine } from './surroundings.ts';

/** One program as `vigil status` shows it; the fields of its JSON. */
export interface ProgramRow {
  readonly name: string;
  readonly title: string;
  /** `running`, `backoff`, `waiting`, `stopping`, `stopped`, `orphaned`; with docker the container's state. */
  readonly state: string;
  /** Its probe answered just now. */
  readonly ready: boolean;
  /** Why it is not ready, in a few words. */
  readonly detail?: string;
  readonly pid?: number;
  /** ISO 8601. */
  readonly startedAt?: string;
  readonly uptimeSeconds?: number;
  readonly restarts: number;
  /** How the run before this one ended: `exit 1`, `SIGKILL`. */
  readonly lastExit?: string;
  readonly url?: string;
  readonly version?: string;
}

/** What runs of the stack. `lost`: programs whose supervisor is gone. */
export interface StackStatus {
  readonly engine: Engine | undefined;
  readonly state: 'running' | 'stopped' | 'lost';
  /** A sentence for people when the state alone does not say what to do. */
  readonly note?: string;
  readonly programs: readonly ProgramRow[];
}

/** Whole seconds since a moment, never below 0: a wall clock may be set back. Never throws. */
export function secondsSince(startedAt: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(startedAt)) / 1_000));
}

/** `45s`, `12m 03s`, `5h 07m`, `3d 04h`. Never throws. */
export function duration(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days}d ${two(hours % 24)}h`;
  if (hours > 0) return `${hours}h ${two(minutes % 60)}m`;
  if (minutes > 0) return `${minutes}m ${two(seconds % 60)}s`;
  return `${seconds}s`;
}
