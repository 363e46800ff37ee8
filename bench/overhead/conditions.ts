import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDatabases } from '../measure/databases.ts';
import { prepareLoadGenerator } from '../measure/load.ts';
import { CORES, type Core, noPinning, pinned, pinThisProcess } from '../measure/pinning.ts';
import { coreTime } from '../measure/processes.ts';
import { watched } from '../measure/watched-child.ts';
import { type Options, QUICK_WINDOWS, WINDOWS } from './options.ts';
import type { Cores, Life } from './process-life.ts';
import type { Contender } from './rounds.ts';
import { ROUTES } from './routes.ts';
import { startForgettingSink } from './sink.ts';

/** What all lives of a run share. */
export type Conditions = Omit<Life, keyof Contender | 'round'>;

export const APPLICATION_CORE = 0;
const FIRST_REST_CORE = 1;
const LOOK_MILLIS = 2_000;

/** Part of a core that is used right now, 0 to 1, looked at for 2 s before anything of ours runs. @throws when interrupted. */
export async function othersShare(core: number, signal: AbortSignal): Promise<number> {
  const before = coreTime(core);
  await sleep(LOOK_MILLIS, undefined, { signal });
  const after = coreTime(core);
  if (before === undefined || after === undefined) return 0;
  const busy = after.busySeconds - before.busySeconds + after.stealSeconds - before.stealSeconds;
  return (busy * 1_000) / LOOK_MILLIS;
}

/** The application has core 0 for itself, everything else the others; nothing is tied where that cannot be done. */
function coresHere(): Cores {
  if (noPinning() !== undefined) return { application: undefined, rest: undefined };
  const last = CORES - 1;
  return {
    application: APPLICATION_CORE,
    rest: last === FIRST_REST_CORE ? FIRST_REST_CORE : `${FIRST_REST_CORE}-${last}`,
  };
}

/** Keeps a core from idling, at a priority at which it takes nothing from anybody. */
function spin(core: Core): ChildProcess {
  const loop = pinned({ command: process.execPath, args: ['-e', 'for (;;);'] }, core);
  const child = watched(spawn('chrt', ['--idle', '0', loop.command, ...loop.args], { stdio: 'ignore' }));
  // Without chrt there is no such loop: the run is as good as with --no-spin.
  child.once('error', () => undefined);
  return child;
}

/** Opens what the application and the load need, and closes it whatever happens. @throws what `work` throws. */
export async function withConditions<Outcome>(
  options: Pick<Options, 'set' | 'quick' | 'spin'>,
  signal: AbortSignal,
  work: (conditions: Conditions) => Promise<Outcome>,
): Promise<Outcome> {
  const cores = coresHere();
  pinThisProcess(cores.rest);
  await prepareLoadGenerator();
  const databases = await startDatabases(cores.rest);
  const sink = await startForgettingSink(cores.rest);
  const spinning = options.spin && cores.rest !== undefined ? [spin(cores.rest)] : [];
  try {
    return await work({
      routes: ROUTES.filter(({ name }) => options.set.routes.includes(name)),
      windows: options.quick ? QUICK_WINDOWS : WINDOWS,
      cores,
      sink,
      databases: { ...databases.environment },
      signal,
    });
  } finally {
    for (const loop of spinning) loop.kill('SIGKILL');
    sink.close();
    await databases.close();
  }
}
