import { vigil } from './vigil.ts';

/** Stops everything that the global setup started and removes its data. */
export default async function globalTeardown(): Promise<void> {
  const down = await vigil(['down', '--volumes', '--engine', 'native']);
  if (down.code !== 0) throw new Error(`vigil down ended with ${down.code}\n${down.stderr}`);
}
