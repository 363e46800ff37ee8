export interface Deadline {
  readonly timeoutMillis: number;
  /** Default: true. */
  readonly holdsProcess?: boolean;
}

/**
 * Waits for work, but not longer than `timeoutMillis`. The work goes on after that; nobody waits for it. While it waits, the
 * process stays alive, unless `holdsProcess` is false. Never rejects: a rejection counts as handled.
 *
 * @returns whether the work settled in time.
 */
export function withinDeadline(
  work: Promise<unknown>,
  { timeoutMillis, holdsProcess = true }: Deadline,
): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMillis);
    if (!holdsProcess) timer.unref();
    const settle = () => {
      // First, in case the application has replaced what clears a timer.
      resolve(true);
      clearTimeout(timer);
    };
    work.then(settle, settle);
  });
}
