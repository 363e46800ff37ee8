import type { Mechanism } from '../instrumentation.ts';
import type { ModuleLoads } from '../module-load/module-loads.ts';

/** A library that an instrumentation waits for. */
export interface SupportedLibrary {
  readonly instrumentation: string;
  readonly library: string;
  readonly versions: string;
  readonly mechanism: Mechanism;
}

/** Libraries that speak on a channel of their own, so that nobody watches their files. */
export const CHANNEL_LIBRARIES: readonly SupportedLibrary[] = [
  { instrumentation: 'fastify', library: 'fastify', versions: '>=5 <6', mechanism: 'channel' },
];

/** Watched to know when they are there; what is recorded of them they say themselves. */
const OBSERVED = new Set(['@nestjs/core', 'next']);

/**
 * Wraps what tells of module loads so that every library an instrumentation watches is noted with its versions: these are written once, where
 * the instrumentation is. Never throws.
 *
 * @example
 * const modules = noting(host.modules, 'pg', (library) => void supported.push(library));
 * const pg = createPgInstrumentation({ ...host, modules });
 */
export function noting(
  modules: ModuleLoads,
  instrumentation: string,
  note: (supported: SupportedLibrary) => void,
): ModuleLoads {
  return {
    watch: (file, onLoad, onRefused) => {
      const { library, versions } = file;
      note({ instrumentation, library, versions, mechanism: OBSERVED.has(library) ? 'observation' : 'patch' });
      return modules.watch(file, onLoad, onRefused);
    },
  };
}
