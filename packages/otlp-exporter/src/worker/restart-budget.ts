const PERIOD_MILLIS = 60_000;
const RESTARTS_MAXIMUM = 3;

/** At most 3 restarts of the worker in any 60 s. What waits in the ring meanwhile waits on. */
export class RestartBudget {
  readonly #restartedAtMillis: number[] = [];

  /** @returns 0 when the worker may start again now, which counts as a restart; else the milliseconds until it may. */
  ask(nowMillis: number): number {
    const restarted = this.#restartedAtMillis;
    while (restarted.length > 0 && nowMillis - (restarted[0] ?? 0) >= PERIOD_MILLIS) restarted.shift();
    if (restarted.length >= RESTARTS_MAXIMUM) return (restarted[0] ?? 0) + PERIOD_MILLIS - nowMillis;
    restarted.push(nowMillis);
    return 0;
  }
}
