import type { EnvironmentVariables } from '@vigil/config/stack';
import type { Terminal } from './terminal.ts';

/** What every verb takes from the world: made once, in main.ts. */
export interface Surroundings {
  readonly cwd: string;
  readonly environment: EnvironmentVariables;
  readonly terminal: Terminal;
  /** Wall clock, for uptimes. */
  readonly now: () => Date;
  /** Aborted by the first Ctrl-C or SIGTERM: the verb puts away what it began. */
  readonly signal: AbortSignal;
}

/** What runs the stack. */
export type Engine = 'docker' | 'native';

/**
 * 0: done. 1: the answer is no (not ready, stale, failed). 2: it could not be tried (CommandError, ConfigError). 130:
 * interrupted.
 */
export type ExitCode = 0 | 1 | 2 | 130;
