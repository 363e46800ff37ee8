// What an application of these rows tells the test, beside its own output: on a descriptor of its own, synchronously.
import { writeSync } from 'node:fs';

/** Where Vigil leaves its telemetry for a second copy of itself; nothing there in the run without Vigil. */
const telemetry = () => globalThis[Symbol.for('vigil.node.running')];

export const ledger = () => telemetry()?.ledger();

/** Tells a value by its name. A forked child has nobody to tell. */
export function tell(name, value) {
  try {
    writeSync(3, `${JSON.stringify({ [name]: value })}\n`);
  } catch {
    // Nobody listens.
  }
}

/** The ledger now and every 25 ms, without keeping the process alive; the last line stands. */
export function tellLedger() {
  const now = () => {
    const snapshot = ledger();
    if (snapshot !== undefined) tell('ledger', snapshot);
  };
  setInterval(now, 25).unref();
  process.on('exit', now);
}
