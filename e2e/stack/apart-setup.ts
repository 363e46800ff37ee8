import { join } from 'node:path';
import { ROOT } from './vigil.ts';

/** For suites that start stacks of their own in folders of their own: the programs are those of this checkout. */
export default function apartSetup(): void {
  process.env.VIGIL_PROGRAMS ??= join(ROOT, '.vigil/programs/bin');
}
