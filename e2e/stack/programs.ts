import { eventually } from './eventually.ts';
import { vigil } from './vigil.ts';
import { WORST_CASE_MILLIS } from './worst-case.ts';

interface ProgramRow {
  readonly name: string;
  readonly ready: boolean;
  readonly pid?: number;
  readonly restarts: number;
}

/** One program's row of `vigil status --json`. @throws when it is not there. */
export async function program(name: string): Promise<ProgramRow> {
  const { stdout } = await vigil(['status', '--json', '--engine', 'native']);
  const { programs } = JSON.parse(stdout) as { programs: readonly ProgramRow[] };
  const row = programs.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`no program ${name} in ${stdout}`);
  return row;
}

/**
 * Kills a program with SIGKILL; resolves as soon as it is killed, to a function that resolves to its new row when the
 * supervisor has brought it back and it is ready.
 */
export async function kill(name: string): Promise<() => Promise<ProgramRow>> {
  const before = await program(name);
  if (before.pid === undefined) throw new Error(`${name} does not run`);
  process.kill(before.pid, 'SIGKILL');
  return () =>
    eventually(`${name} is back`, WORST_CASE_MILLIS.restarted, async () => {
      const now = await program(name);
      return now.ready && now.pid !== before.pid ? now : undefined;
    });
}
