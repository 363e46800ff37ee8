/**
 * Runs `drain` when the process exits, which `process.exit` and uncaught exceptions do too. The exit code stays.
 *
 * @returns takes it back.
 */
export function drainAtExit(drain: () => void): () => void {
  process.on('exit', drain);
  return () => void process.off('exit', drain);
}
