/** What is wrong with one option, or nothing. */
export type OptionProblem = string | undefined;

/** Says what was expected and what came, for a number that must be whole and within bounds. */
export function wholeNumber(
  name: string,
  value: unknown,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
): OptionProblem {
  const isRight = Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
  return isRight ? undefined : `${name}: expected a whole number from ${minimum} to ${maximum}, got ${shown(value)}`;
}

/** For a value out of a short list. */
export function oneOf(name: string, value: unknown, allowed: readonly string[]): OptionProblem {
  return allowed.includes(value as string)
    ? undefined
    : `${name}: expected ${allowed.map((word) => `'${word}'`).join(' or ')}, got ${shown(value)}`;
}

/** The same options without what somebody put onto `Object.prototype`; what a class of the application's gives stays. */
export function ownOptions<Options extends object>(options: Options): Options {
  return Object.getPrototypeOf(options) === Object.prototype ? { __proto__: null, ...options } : options;
}

/** The value for a message: short, and without calling anything of it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value.length > 100 ? `'${value.slice(0, 100)}…'` : `'${value}'`;
  return typeof value === 'object' || typeof value === 'function' ? `a ${typeof value}` : String(value);
}

/** @throws TypeError that names every problem there is. */
export function assertOptions(who: string, problems: readonly OptionProblem[]): void {
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) throw new TypeError(`${who}: ${found.join('; ')}`);
}
