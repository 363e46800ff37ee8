import { readFileSync } from 'node:fs';
import { createGuardedLookup, type Lookup, type NameSystem } from './guarded-lookup.ts';

/** All name servers together, each once: who needs longer is none for an attempt of 5 s. */
const PATIENCE_MILLIS = 4_000;

/** How names are looked up on this machine: guarded where its resolver is one of those the guard knows. */
export function openLookup(platform: NodeJS.Platform = process.platform): Lookup {
  const system = openNameSystem();
  // Elsewhere the system's resolver has sources of its own, and what the name servers say tells nothing about it.
  return platform === 'linux' ? createGuardedLookup(system) : system.lookup;
}

/** Takes the functions now, before anything is instrumented where the pipeline is made first. */
function openNameSystem(): NameSystem {
  const { lookup, Resolver } = process.getBuiltinModule('node:dns');
  return {
    lookup: lookup as Lookup,
    hasAnswer: (hostname, answered) => {
      // New ones each time: they read the addresses of the name servers as they are now.
      const servers = Math.max(1, new Resolver().getServers().length);
      const resolver = new Resolver({ timeout: Math.floor(PATIENCE_MILLIS / servers), tries: 1 });
      const patience = setTimeout(() => resolver.cancel(), PATIENCE_MILLIS).unref();
      resolver.resolve4(hostname, (error) => {
        clearTimeout(patience);
        answered(error?.code !== 'ETIMEOUT' && error?.code !== 'ECANCELLED');
      });
    },
    now: () => performance.now(),
    read: (path) => {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        // A machine without this file has nothing to say in it.
        return '';
      }
    },
  };
}
