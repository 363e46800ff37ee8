import type { Deadline } from './deadline.ts';

/** Signals that end a process by default and that people and supervisors send to end it. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
type Signal = (typeof SIGNALS)[number];

/** Time for the last flush when the event loop has run dry, `process.exit()` was called or an exception was not caught. */
export const EXIT_FLUSH_MILLIS = 500;
/** Time for the last flush after a signal: 2 s in all for a person who waits after Ctrl-C. */
export const SIGNAL_FLUSH_MILLIS = 1_800;

/** What was collected so shortly before the end is not collected again. */
const FRESH_MILLIS = 100;

/** Node.js calls it with the signal's name and number. */
type SignalListener = (name?: unknown, number?: unknown) => void;

/** What is needed of `process`. */
export interface ProcessHost {
  readonly pid: number;
  on(event: 'beforeExit' | 'exit', listener: () => void): unknown;
  off(event: 'beforeExit' | 'exit', listener: () => void): unknown;
  off(event: Signal, listener: SignalListener): unknown;
  prependListener(event: Signal, listener: SignalListener): unknown;
  listenerCount(event: Signal): number;
  kill(pid: number, signal: Signal): unknown;
}

export interface ExitFlush {
  /** Collects also what answers later than an `exit` handler can wait for. Never rejects. */
  collect(deadline: Deadline): Promise<unknown>;
  /** Collects what can be collected in an `exit` handler. Never throws. */
  collectNow(): void;
  /** Collects and sends what is queued, and keeps the process alive for it. Never rejects. */
  flush(deadline: Deadline): Promise<unknown>;
  /** Sends what is queued while it blocks the thread, which is all that an `exit` handler can do. Never throws. */
  drainSync(timeoutMillis: number): void;
}

/**
 * Sends what is queued before the process ends, and leaves the way it ends alone:
 *
 * - `beforeExit`, when the event loop has run dry: collects once; sending is left to `exit`, which follows.
 * - `exit`, also after `process.exit()` and an uncaught exception: collects, if `beforeExit` did not just do so, and blocks for at
 *   most 500 ms, collecting included; the exit code stays.
 * - a signal nobody else listens to: flushes for at most 2 s, then sends the signal again without a listener, so that the
 *   process dies of it.
 * - a signal the application listens to: collects and does nothing else; `exit` or the next batch sends it.
 *
 * @param nowMillis a monotonic clock.
 * @returns takes the listeners off again.
 */
export function flushAtExit(host: ProcessHost, exit: ExitFlush, nowMillis: () => number): () => void {
  let isCollected = false;
  let spentMillis = 0;
  let collectedAtMillis = Number.NEGATIVE_INFINITY;
  const onBeforeExit = guarded(() => {
    // Node.js emits this again when that is done; a second collection would go on for ever.
    if (isCollected) return;
    isCollected = true;
    const startedMillis = nowMillis();
    // Only the collection counts: an application may go on working after its event loop ran dry.
    const collected = () => {
      collectedAtMillis = nowMillis();
      spentMillis = collectedAtMillis - startedMillis;
    };
    exit.collect({ timeoutMillis: EXIT_FLUSH_MILLIS }).then(collected).catch(ignored);
  });
  const onExit = guarded(() => {
    const startedMillis = nowMillis();
    if (startedMillis - collectedAtMillis > FRESH_MILLIS) exit.collectNow();
    exit.drainSync(Math.max(0, EXIT_FLUSH_MILLIS - spentMillis - (nowMillis() - startedMillis)));
  });
  host.on('beforeExit', onBeforeExit);
  host.on('exit', onExit);

  const answer = async (signal: Signal) => {
    // Off for the time of this signal: a listener that counts the others before it dies of the signal, as the package
    // signal-exit does, must find what it would find without Vigil.
    host.off(signal, listeners[signal]);
    const isAlone = host.listenerCount(signal) === 0;
    if (isAlone) {
      try {
        await exit.flush({ timeoutMillis: SIGNAL_FLUSH_MILLIS });
      } catch {
        // The process has to die of its signal all the same.
      }
      host.kill(host.pid, signal);
    } else {
      void exit.collect({ timeoutMillis: SIGNAL_FLUSH_MILLIS, holdsProcess: false });
    }
    // Still here: the application handles the signal, or the kernel spares process 1 of a container.
    await null;
    if (!isRemoved) host.prependListener(signal, listeners[signal]);
  };
  const onSignal =
    (signal: Signal): SignalListener =>
    (_, number) => {
      // `process.emit('SIGTERM')` is how applications and their tests call their own listeners: nobody wants the process to die.
      if (typeof number === 'number') guarded(() => void answer(signal).catch(ignored))();
    };
  const listeners = { SIGTERM: onSignal('SIGTERM'), SIGINT: onSignal('SIGINT'), SIGHUP: onSignal('SIGHUP') };
  let isRemoved = false;
  for (const signal of SIGNALS) host.prependListener(signal, listeners[signal]);

  return () => {
    isRemoved = true;
    host.off('beforeExit', onBeforeExit);
    host.off('exit', onExit);
    for (const signal of SIGNALS) host.off(signal, listeners[signal]);
  };
}

/** What an application did to the globals must not become an exception of its own in a listener of ours. */
function guarded(listener: () => void): () => void {
  return () => {
    try {
      listener();
    } catch {
      // The process ends the way it would have.
    }
  };
}

const ignored = () => undefined;
