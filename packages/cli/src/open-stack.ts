import type { EnvironmentVariables } from '@vigil/config/stack';
import { parseEngine } from './engine-choice.ts';
import { environmentOf, findStack, loadStackSettings, type Stack } from './stack-paths.ts';
import type { Engine, Surroundings } from './surroundings.ts';

/** Options that every verb of the stack understands. */
export interface StackFlags {
  readonly root?: string;
  readonly home?: string;
  readonly engine?: string;
  /** Name of a file in `collector/overlays`: the same as VIGIL_COLLECTOR_OVERLAY. */
  readonly overlay?: string;
}

/** A stack ready to work with. */
export interface OpenedStack extends Stack {
  /** The engine asked for by `--engine` or VIGIL_ENGINE, else none. */
  readonly asked: Engine | undefined;
  /** The given surroundings with the stack's `.env` and the flags in the environment. */
  readonly around: Surroundings;
}

/**
 * Finds the stack that the flags and the current folder name, and reads its settings.
 *
 * @throws CommandError when there is none, ConfigError when a setting is wrong.
 */
export function openStack(flags: StackFlags, around: Surroundings): OpenedStack {
  const paths = findStack(around.cwd, around.environment, flags);
  const overlay = flags.overlay === undefined ? {} : { VIGIL_COLLECTOR_OVERLAY: flags.overlay };
  const environment: EnvironmentVariables = { ...environmentOf(paths.root, around.environment), ...overlay };
  return {
    paths,
    settings: loadStackSettings(paths.root, environment),
    asked: parseEngine(flags.engine ?? environment.VIGIL_ENGINE),
    around: { ...around, environment },
  };
}
