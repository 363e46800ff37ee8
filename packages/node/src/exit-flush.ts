/** Signals that end a process by default and that people and supervisors send to end it. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
type Signal = (typeof SIGNALS)[number];

/** What is needed of `process`. */
export interface ProcessHost {
  readonly pid: number;
  on(event: 'beforeExit', listener: () => void): unknown;
  off(event: 'beforeExit' | Signal, listener: () => void): unknown;
  prependListener(event: Signal, listener: () => void): unknown;
  listenerCount(event: Signal): number;
  kill(pid: number, signal: Signal): unknown;
}

/** A flush with a deadline of its own. Never rejects. `lastChance`: nobody will come back for what waits for a retry. */
export type ExitFlush = (wish: { readonly lastChance: boolean }) => Promise<boolean>;

/**
 * Sends what is queued before the process ends, and leaves the way it ends alone:
 *
 * - `beforeExit`, when the event loop has run dry: flushes once, the exit code stays.
 * - a signal nobody else listens to: flushes, then sends the signal again without a listener, so that the process dies of it.
 * - a signal the application listens to: begins a flush and does nothing else.
 *
 * `process.exit()` and an uncaught exception end at once; what is still queued then (up to 5 s of spans) is lost.
 *
 * @returns takes the listeners off again.
 */
export function flushAtExit(host: ProcessHost, flush: ExitFlush): () => void {
  let isOver = false;
  const onBeforeExit = () => {
    // Node.js emits this again when the flush is done; a second flush would go on for ever.
    if (isOver) return;
    isOver = true;
    void flush({ lastChance: true });
  };
  host.on('beforeExit', onBeforeExit);

  const onSignal = (signal: Signal) => async () => {
    // Off for the time of this signal: a listener that counts the others before it dies of the signal, as the package
    // signal-exit does, must find what it would find without Vigil.
    host.off(signal, listeners[signal]);
    const isAlone = host.listenerCount(signal) === 0;
    const flushed = flush({ lastChance: isAlone });
    if (isAlone) {
      await flushed;
      host.kill(host.pid, signal);
    }
    // Still here: the application handles the signal, or the kernel spares process 1 of a container.
    await null;
    if (!isRemoved) host.prependListener(signal, listeners[signal]);
  };
  const listeners = { SIGTERM: onSignal('SIGTERM'), SIGINT: onSignal('SIGINT'), SIGHUP: onSignal('SIGHUP') };
  let isRemoved = false;
  for (const signal of SIGNALS) host.prependListener(signal, listeners[signal]);

  return () => {
    isRemoved = true;
    host.off('beforeExit', onBeforeExit);
    for (const signal of SIGNALS) host.off(signal, listeners[signal]);
  };
}
