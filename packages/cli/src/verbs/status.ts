import { dockerStatus } from '../docker/docker-status.ts';
import { engineAtWork } from '../engine-choice.ts';
import { runningGroups } from '../native/groups.ts';
import { groupStatus } from '../native/native-status.ts';
import { openStack, type StackFlags } from '../open-stack.ts';
import { duration, type ProgramRow, type StackStatus } from '../stack-status.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import { type Colours, table } from '../terminal.ts';

/** `vigil status`. */
export interface StatusFlags extends StackFlags {
  readonly json: boolean;
}

/** Shows what runs; 0 when all of it is ready. @throws CommandError when docker was asked for and refuses. */
export async function status(flags: StatusFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { paths, settings, asked, around } = openStack(flags, surroundings);
  const { out, note, colours } = around.terminal;
  const choice = await engineAtWork(paths, asked, around);
  // The demo's applications are supervised processes with either engine.
  const groups = await Promise.all(runningGroups(paths).map((group) => groupStatus(group, around.now())));
  const state =
    choice === undefined
      ? NOTHING
      : choice.engine === 'docker'
        ? merge([await dockerStatus(choice.docker, settings, around.now()), ...groups])
        : merge(groups);
  if (flags.json) out(JSON.stringify(state, undefined, 2));
  else {
    statusTable(state.programs, colours).forEach(out);
    if (state.note !== undefined) note(state.note);
    if (state.state === 'stopped') note('The stack is not running: start it with `vigil up`.');
  }
  return state.state === 'running' && state.programs.every(({ ready }) => ready) ? 0 : 1;
}

const NOTHING: StackStatus = { engine: undefined, state: 'stopped', programs: [] };

/** Several supervised groups as one: what is lost comes before what runs. */
function merge(groups: readonly StackStatus[]): StackStatus {
  const notes = groups.flatMap(({ note }) => note ?? []);
  const worst = (['lost', 'running', 'stopped'] as const).find((state) =>
    groups.some((group) => group.state === state),
  );
  return {
    engine: groups.find(({ engine }) => engine !== undefined)?.engine,
    state: worst ?? 'stopped',
    programs: groups.flatMap(({ programs }) => programs),
    ...(notes.length > 0 && { note: notes.join(' ') }),
  };
}

function statusTable(programs: readonly ProgramRow[], colours: Colours): string[] {
  if (programs.length === 0) return [];
  const head = ['PROGRAM', 'STATE', 'READY', 'PID', 'UPTIME', 'RESTARTS', 'VERSION', 'URL'].map(colours.dim);
  return table([head, ...programs.map((program) => statusRow(program, colours))]);
}

function statusRow(program: ProgramRow, { green, red, yellow, cyan }: Colours): string[] {
  const { detail, lastExit, restarts, uptimeSeconds } = program;
  const state = program.state === 'running' ? program.state : yellow(program.state);
  const again = restarts > 0 && lastExit !== undefined ? `${restarts} (${lastExit})` : String(restarts);
  return [
    program.name,
    state,
    program.ready ? green('yes') : red(detail === undefined ? 'no' : `no: ${detail}`),
    program.pid === undefined ? '-' : String(program.pid),
    uptimeSeconds === undefined ? '-' : duration(uptimeSeconds),
    restarts > 0 ? yellow(again) : again,
    program.version ?? '-',
    program.url === undefined ? '-' : cyan(program.url),
  ];
}
