// The detached supervisor: `node supervisor-process.js <run folder>` with its plan as JSON on standard input. The plan
// is not an argument or a file because it holds the programs' environment.
import { text } from 'node:stream/consumers';
import { Supervisor, type SupervisorOptions } from './supervisor.ts';

/** What `startSupervisor` sends to the detached process. */
export type SupervisorPlan = Pick<SupervisorOptions, 'programs' | 'folder' | 'restart' | 'log' | 'watchMillis'>;

async function main(): Promise<void> {
  const plan = JSON.parse(await text(process.stdin)) as SupervisorPlan;
  const supervisor = new Supervisor(plan);
  const stop = async (reason: string, code: number): Promise<void> => {
    await supervisor.stop(reason);
    process.exit(code);
  };
  process.on('SIGTERM', () => void stop('SIGTERM', 0));
  process.on('SIGINT', () => void stop('SIGINT', 0));
  // The terminal it was started from is not its concern.
  process.on('SIGHUP', () => undefined);
  process.on('uncaughtException', (error) => {
    process.stderr.write(`supervisor: ${error.stack}\n`);
    void stop('a fault of its own', 1);
  });
  supervisor.start();
}

await main();
