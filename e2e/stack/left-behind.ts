import { appendFileSync } from 'node:fs';

/** What an interrupted test leaves: a runtime folder with a supervisor, or a folder of a Docker engine. */
export type LeftBehind = 'home' | 'engine';

/** Notes a folder for the driver, which clears up after Ctrl-C (../driver/interruption.ts). */
export function noteLeftBehind(kind: LeftBehind, folder: string): void {
  const list = process.env.VIGIL_TEST_LEFT_BEHIND;
  if (list !== undefined) appendFileSync(list, `${kind} ${folder}\n`);
}
