import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';

/** A port that a program is going to listen on. */
export interface PortUse {
  readonly port: number;
  /** Who needs it, for people: `Prometheus`. */
  readonly title: string;
  /** The setting that moves it: `VIGIL_PROMETHEUS_PORT`. */
  readonly setting: string;
}

const HOST = '127.0.0.1';

/** Says, one sentence for each, which of the ports cannot be listened on and what to do; empty when all are free. Never throws. */
export async function portProblems(uses: readonly PortUse[]): Promise<string[]> {
  const problems: string[] = [];
  const taken = new Map<number, PortUse>();
  for (const use of uses) {
    const other = taken.get(use.port);
    if (other === undefined) taken.set(use.port, use);
    else problems.push(`port ${use.port} is given to ${other.title} and to ${use.title}: change ${use.setting}`);
  }
  for (const use of taken.values()) {
    const code = await listenCode(use.port);
    if (code === undefined) continue;
    const place = `port ${use.port} (${use.title})`;
    if (code === 'EADDRINUSE') {
      problems.push(`${place} is in use by ${ownerOf(use.port) ?? 'another program'}: stop it or set ${use.setting}`);
    } else problems.push(`${place} cannot be listened on (${code}): set ${use.setting}`);
  }
  return problems;
}

/** Tries to listen; the code of the refusal, or undefined when the port is free. */
async function listenCode(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? String(error)));
    server.listen({ host: HOST, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** Who listens on a port: `prometheus (pid 123)`; undefined when that cannot be seen (other users, other systems). */
export function ownerOf(port: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => listeningInodes(read(path), port)));
  if (inodes.size === 0) return undefined;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    for (const descriptor of list(`/proc/${name}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(link(`/proc/${name}/fd/${descriptor}`))?.[1];
      if (inode !== undefined && inodes.has(inode)) return `${read(`/proc/${name}/comm`).trim()} (pid ${name})`;
    }
  }
  return undefined;
}

/** Inodes of the sockets that listen on a port, out of the text of /proc/net/tcp. Never throws. */
export function listeningInodes(table: string, port: number): string[] {
  const LISTEN = '0A';
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTEN && local?.endsWith(suffix) && inode !== undefined ? [inode] : [];
  });
}

// Processes end while one looks, and those of other users are closed: both read as nothing.
function quietly<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
const read = (path: string): string => quietly(() => readFileSync(path, 'utf8'), '');
const list = (path: string): string[] => quietly(() => readdirSync(path), []);
const link = (path: string): string => quietly(() => readlinkSync(path), '');
