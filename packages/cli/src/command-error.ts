/** Something the person at the terminal can put right: printed as one line on standard error, exit code 2. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
