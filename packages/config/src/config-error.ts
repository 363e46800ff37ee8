/** Configuration that cannot be used; its message lists every problem at once, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** One sentence each: place, what was expected, what was found. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}
