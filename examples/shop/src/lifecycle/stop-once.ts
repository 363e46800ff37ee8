import type { Logger } from '../log/logger.ts';

export interface StopStep {
  readonly name: string;
  readonly stop: () => Promise<unknown>;
}

/** Runs the steps in order when SIGTERM or SIGINT comes, then lets the process end by itself with code 0. Past the deadline it ends with 1. */
export function stopOnSignal({
  steps,
  deadlineMillis,
  log,
}: {
  steps: readonly StopStep[];
  deadlineMillis: number;
  log: Logger;
}): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    // Not counted as work to wait for: when everything closed, nothing holds the process.
    setTimeout(() => {
      log.error({ deadlineMillis }, 'stopping took too long');
      process.exit(1);
    }, deadlineMillis).unref();
    void runSteps(steps, log);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function runSteps(steps: readonly StopStep[], log: Logger): Promise<void> {
  for (const { name, stop } of steps) {
    try {
      await stop();
    } catch (error) {
      log.warn(
        { step: name, reason: error instanceof Error ? error.message : String(error) },
        'step of stopping failed',
      );
      process.exitCode = 1;
    }
  }
  log.info('stopped');
}
