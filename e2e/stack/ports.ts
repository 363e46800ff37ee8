import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './vigil.ts';

/** Ports of the end-to-end tests: apart from those of the demo, so that both can run on one machine. */
const FIRST_PORT = 21_000;

/** Numbers each setting of stack.env that ends in `_PORT`; a stack beside the tests' own takes an `offset` of its own. */
export function stackPorts(offset = 0): Record<string, string> {
  const stackEnv = readFileSync(join(ROOT, 'stack.env'), 'utf8');
  const names = [...stackEnv.matchAll(/^(VIGIL_\w+_PORT)=/gm)].map((match) => match[1] ?? '');
  return Object.fromEntries(names.map((name, index) => [name, String(FIRST_PORT + offset + index)]));
}
