/** Limits of restarting a crashed program. All times in milliseconds. */
export interface RestartLimits {
  /** Longest pause before the first restart. Must be above 0. */
  readonly initialDelayMillis: number;
  /** The pause doubles with each crash in a row up to this. */
  readonly maxDelayMillis: number;
  /** A run at least this long ends the row: the next crash waits the initial delay again. */
  readonly healthyMillis: number;
}

export const RESTART_LIMITS: RestartLimits = {
  initialDelayMillis: 500,
  maxDelayMillis: 30_000,
  healthyMillis: 60_000,
};

/** Crashes in a row, and when the present run began on the caller's monotonic clock. */
export interface RestartState {
  readonly crashesInRow: number;
  readonly startedMillis: number;
}

/** What to do after a crash. */
export interface Restart {
  readonly state: RestartState;
  /** Pause before the program is started again. */
  readonly delayMillis: number;
}

/** The state of a program that has never crashed and starts now. Never throws. */
export function firstRun(nowMillis: number): RestartState {
  return { crashesInRow: 0, startedMillis: nowMillis };
}

/** The program has been started again. Never throws. */
export function started(state: RestartState, nowMillis: number): RestartState {
  return { ...state, startedMillis: nowMillis };
}

/**
 * The program has crashed: exponential back-off with equal jitter, so half of each pause is certain and programs that
 * crash together do not come back together. `random` is in [0, 1). Never throws.
 */
export function crashed(
  state: RestartState,
  at: { readonly nowMillis: number; readonly random: number },
  limits: RestartLimits = RESTART_LIMITS,
): Restart {
  const healthy = at.nowMillis - state.startedMillis >= limits.healthyMillis;
  const before = healthy ? 0 : state.crashesInRow;
  const ceiling = Math.min(limits.maxDelayMillis, limits.initialDelayMillis * 2 ** before);
  return {
    state: { ...state, crashesInRow: before + 1 },
    delayMillis: Math.round(ceiling / 2 + (ceiling / 2) * at.random),
  };
}
