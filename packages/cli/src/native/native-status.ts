import { type ProgramRow, type StackStatus, secondsSince } from '../stack-status.ts';
import { inspectSupervisor } from '../supervisor/orphans.ts';
import { isAlive } from '../supervisor/process-identity.ts';
import type { ProgramExit, ProgramStatus } from '../supervisor/run-file.ts';
import { readinessOf } from '../supervisor/wait-until-ready.ts';
import type { Group } from './groups.ts';

/** Looks at one supervised group and probes each of its programs. Never throws. */
export async function groupStatus(group: Group, now: Date): Promise<StackStatus> {
  const seen = inspectSupervisor(group.paths.run);
  if (seen.kind === 'absent') return { engine: undefined, state: 'stopped', programs: [] };
  if (seen.kind === 'running') {
    const programs = await Promise.all(seen.run.programs.map((program) => programRow(program, now)));
    return { engine: 'native', state: 'running', programs };
  }
  if (seen.kind === 'stopped') {
    return { engine: undefined, state: 'stopped', programs: [], note: 'Its supervisor was stopped from outside.' };
  }
  const alive = (seen.run?.programs ?? []).filter((program) => program.process && isAlive(program.process));
  const rows = await Promise.all(
    alive.map(async (program) => ({ ...(await programRow(program, now)), state: 'orphaned' })),
  );
  const count = seen.survivors.length;
  const left = count === 0 ? 'nothing of it runs any more' : `${processes(count)} still running`;
  return {
    engine: 'native',
    state: 'lost',
    programs: rows,
    note: `The supervisor ended without stopping its programs (killed?); ${left}: \`vigil up\` or \`vigil down\` clears up.`,
  };
}

async function programRow(program: ProgramStatus, now: Date): Promise<ProgramRow> {
  const answer = await readinessOf(program);
  const { spec, process: identity, startedAt, lastExit } = program;
  return {
    name: spec.name,
    title: spec.title,
    state: program.state,
    ready: answer.ready,
    ...(!answer.ready && { detail: answer.detail }),
    ...(identity && { pid: identity.pid }),
    ...(identity && startedAt !== undefined && { startedAt, uptimeSeconds: secondsSince(startedAt, now) }),
    restarts: program.restarts,
    ...(lastExit && { lastExit: exitWords(lastExit) }),
    ...(spec.url !== undefined && { url: spec.url }),
    ...(spec.version !== undefined && { version: spec.version }),
  };
}

/** `1 process`, `5 processes`. */
export function processes(count: number): string {
  return `${count} ${count === 1 ? 'process' : 'processes'}`;
}

/** `exit 1`, `SIGKILL`, or why it could not be started. */
export function exitWords(exit: ProgramExit): string {
  return exit.error ?? exit.signal ?? `exit ${exit.code}`;
}
