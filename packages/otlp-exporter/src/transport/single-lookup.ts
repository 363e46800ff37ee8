import type { LookupFunction } from 'node:net';
import type { Answer, Lookup } from './guarded-lookup.ts';

/**
 * Asks the resolver once for everyone who waits for the same name. `getaddrinfo` cannot be cancelled and holds one of the
 * four threads that the application's file and crypto calls need as well: while a resolver hangs, a new attempt every few
 * seconds would take them all.
 */
export function createSingleLookup(ask: Lookup): LookupFunction {
  const waiting = new Map<string, Answer[]>();
  return (hostname, options, answer) => {
    const key = `${hostname} ${options.family ?? 0} ${options.hints ?? 0} ${options.all ?? false}`;
    const others = waiting.get(key);
    if (others !== undefined) {
      others.push(answer as Answer);
      return;
    }
    const answers = [answer as Answer];
    waiting.set(key, answers);
    ask(hostname, options, (...result) => {
      waiting.delete(key);
      for (const each of answers) each(...result);
    });
  };
}
