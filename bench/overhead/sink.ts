import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Core, pinned } from '../measure/pinning.ts';
import { watched } from '../measure/watched-child.ts';
import type { SinkTally } from './sink-process.ts';

const PROGRAM = fileURLToPath(new URL('sink-process.ts', import.meta.url));

/** sink-process.ts, from the side of who runs it. */
export interface ForgettingSink {
  readonly port: number;
  /** @param read whether Sentry's envelopes are to be looked into from now on. */
  tally(read?: boolean): Promise<SinkTally>;
  close(): void;
}

/** Starts it on a free port. */
export async function startForgettingSink(core?: Core): Promise<ForgettingSink> {
  const { command, args } = pinned({ command: process.execPath, args: [] }, core);
  const child = watched(
    fork(PROGRAM, {
      execPath: command,
      execArgv: [...args, '--disable-warning=ExperimentalWarning'],
      env: { PATH: process.env.PATH },
    }),
  );
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    port,
    tally: async (read = false) => {
      const answered = once(child, 'message');
      child.send({ read });
      const [{ tally }] = (await answered) as [{ tally: SinkTally }];
      return tally;
    },
    close: () => void child.kill('SIGKILL'),
  };
}
