import { writeSync } from 'node:fs';

/**
 * Writes one line to standard error, past `console` and `process.stderr`: an application may have replaced the first, and
 * an unhandled `error` event of the second would end the process. Never throws.
 */
export function writeLine(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // Standard error is closed or full: there is nobody left to tell.
  }
}
