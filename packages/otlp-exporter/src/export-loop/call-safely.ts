/** Calls back into somebody else's code: it is told, and what it does with that must not stop the export. */
export function callSafely(callback: () => void): void {
  try {
    callback();
  } catch {
    // Nobody here could do anything about it, and the fact it was told is counted already.
  }
}
