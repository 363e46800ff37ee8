import type { LookupAddress, LookupOptions } from 'node:dns';

export type Answer = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;
export type Lookup = (hostname: string, options: LookupOptions, answer: Answer) => void;

/** What is asked of the system, each replaceable in tests. */
export interface NameSystem {
  /** `getaddrinfo`: the only one whose answer counts. */
  readonly lookup: Lookup;
  /** Asks the name servers for any answer to this name; true unless none came in time. */
  readonly hasAnswer: (hostname: string, answered: (isAnswered: boolean) => void) => void;
  /** Text of a file; empty when it cannot be read. */
  readonly read: (path: string) => string;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** A name server this slow would use up an attempt if it were asked twice in it. */
const SLOW_MILLIS = 1_000;
/** So long the answer of a slow one holds: the next attempt goes straight to the system. */
const SLOW_HOLDS_MILLIS = 30_000;

/** With other sources than these a name may be known although no name server answers. */
const SOURCES = /^hosts:(?:\s+(?:files|dns|resolve|myhostname|mymachines|\[[^\]]*\]))*\s*$/m;

/**
 * Asks `getaddrinfo` only while name servers answer. It cannot be cancelled, and a process does not end before its thread comes
 * back: a resolver that hears nothing would hold the end of the application for 10 s and more. So the name servers are asked
 * first over a socket, which can be given up; what they say does not matter, for search domains and order are the system's.
 */
export function createGuardedLookup(system: NameSystem): Lookup {
  let isGuarded: boolean | undefined;
  let holdsUntilMillis = Number.NEGATIVE_INFINITY;
  return (hostname, options, answer) => {
    isGuarded ??= isOnlyFilesAndServers(system.read('/etc/nsswitch.conf'));
    const askedMillis = system.now();
    if (!isGuarded || askedMillis < holdsUntilMillis || isInHosts(hostname, system.read('/etc/hosts'))) {
      system.lookup(hostname, options, answer);
      return;
    }
    system.hasAnswer(hostname, (isAnswered) => {
      if (!isAnswered) {
        answer(silence(hostname), '');
        return;
      }
      const answeredMillis = system.now();
      if (answeredMillis - askedMillis >= SLOW_MILLIS) holdsUntilMillis = answeredMillis + SLOW_HOLDS_MILLIS;
      system.lookup(hostname, options, answer);
    });
  };
}

/** Where there is no such file (musl), nothing but files and name servers is asked. */
function isOnlyFilesAndServers(nsswitch: string): boolean {
  const text = nsswitch.replace(/#.*/g, '');
  return !/^hosts:/m.test(text) || SOURCES.test(text);
}

function isInHosts(hostname: string, hosts: string): boolean {
  const name = hostname.toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return hosts.split('\n').some((line) => {
    const [, ...names] = line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/);
    return names.includes(name);
  });
}

/** What `getaddrinfo` would have said in the end. */
function silence(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no name server answered for ${hostname}`), { code: 'EAI_AGAIN', hostname });
}
