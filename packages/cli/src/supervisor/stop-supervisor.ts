import { rmSync } from 'node:fs';
import { findSurvivors } from './orphans.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';
import { DEFAULT_STOP_MILLIS, type SupervisorFolder } from './program-spec.ts';
import { readRunFile } from './run-file.ts';

/** What stopping came to. */
export interface StopReport {
  /** Names of the programs that the supervisor stopped. */
  readonly stopped: readonly string[];
  /** Processes without a supervisor that were ended here. */
  readonly orphans: readonly ProcessIdentity[];
}

/**
 * Stops the supervisor of a folder and every process that belongs to it, then removes the run folder. Without a
 * supervisor it ends what a killed one left behind. Nothing of it runs when this resolves; a second call does nothing.
 *
 * @throws Error when a process survives SIGKILL (it hangs in the kernel).
 */
export async function stopSupervisor(folder: SupervisorFolder): Promise<StopReport> {
  const file = readRunFile(folder.run);
  const programs = file.kind === 'present' ? file.run.programs : [];
  const { supervisor } = findSurvivors(folder.run);
  if (supervisor !== undefined) {
    const patience = programs.reduce((sum, { spec }) => sum + (spec.stopMillis ?? DEFAULT_STOP_MILLIS) + 500, 5_000);
    await end(supervisor, patience, signalOne);
  }
  const orphans = findSurvivors(folder.run).programs;
  await Promise.all(orphans.map((orphan) => end(orphan, DEFAULT_STOP_MILLIS, signalGroup)));
  // What an orphan started while it was being ended: its group is gone, the marker finds the rest.
  await Promise.all(findSurvivors(folder.run).programs.map((late) => end(late, 0, signalGroup)));
  rmSync(folder.run, { recursive: true, force: true });
  return { stopped: supervisor === undefined ? [] : programs.map(({ spec }) => spec.name), orphans };
}

type Signal = (pid: number, signal: 'SIGTERM' | 'SIGKILL') => void;

async function end(identity: ProcessIdentity, patienceMillis: number, signal: Signal): Promise<void> {
  if (patienceMillis > 0) {
    signal(identity.pid, 'SIGTERM');
    if (await isGone(identity, patienceMillis)) return;
  }
  if (isAlive(identity)) signal(identity.pid, 'SIGKILL');
  if (!(await isGone(identity, 5_000))) throw new Error(`process ${identity.pid} survives SIGKILL`);
}

async function isGone(identity: ProcessIdentity, patienceMillis: number): Promise<boolean> {
  const deadline = performance.now() + patienceMillis;
  while (isAlive(identity)) {
    if (performance.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

function signalOne(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

/** Programs lead a process group of their own; their children are found by the marker and lead none. */
function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  signalOne(pid, signal);
  if (signal === 'SIGKILL') signalOne(-pid, signal);
}
