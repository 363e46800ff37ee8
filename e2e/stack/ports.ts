/**
 * Ports of the end-to-end tests: apart from those of the demo, so that both can run on one machine.
 * Every setting of stack.env that ends in `_PORT` gets the next free number from here on.
 */
const FIRST_PORT = 21_000;

/** Gives each port setting a port of its own, in the order of the file. */
export function portsOf(stackEnv: string): Record<string, string> {
  const names = [...stackEnv.matchAll(/^(VIGIL_\w+_PORT)=/gm)].map((match) => match[1] ?? '');
  return Object.fromEntries(names.map((name, index) => [name, String(FIRST_PORT + index)]));
}
