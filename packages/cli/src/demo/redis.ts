import type { ProgramSpec } from '../supervisor/program-spec.ts';

export interface RedisOptions {
  /** Absolute path of `redis-server`. */
  readonly binary: string;
  /** Folders with libraries it needs beside the system's. */
  readonly libraries: readonly string[];
  readonly data: string;
  readonly port: number;
}

/** The own Redis of demo and tests: loopback only, nothing on disk, at most 64 MB. */
export function redisProgram({ binary, libraries, data, port }: RedisOptions): ProgramSpec {
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    save: '',
    appendonly: 'no',
    maxmemory: '64mb',
    'maxmemory-policy': 'allkeys-lru',
  };
  return {
    name: 'redis',
    title: 'Redis',
    command: binary,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    environment: libraries.length === 0 ? {} : { LD_LIBRARY_PATH: libraries.join(':') },
    directory: data,
    ready: { kind: 'tcp', host: '127.0.0.1', port },
    url: redisUrl(port),
    usuallySeconds: 1,
  };
}

export function redisUrl(port: number): string {
  return `redis://127.0.0.1:${port}`;
}
