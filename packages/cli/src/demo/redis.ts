import { join } from 'node:path';
import type { ProgramSpec } from '../supervisor/program-spec.ts';
import type { RedisSource } from './services-file.ts';

export interface RedisOptions {
  /** The checkout. */
  readonly root: string;
  readonly source: RedisSource;
  readonly data: string;
  readonly port: number;
  /** What the `docker` command needs: PATH, HOME, DOCKER_HOST and the like. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Time to remove the container, with an engine that is busy. */
const STOP_CONTAINER_MILLIS = 30_000;

/** The own Redis of demo and tests: loopback only, nothing on disk, at most 64 MB. */
export function redisProgram(options: RedisOptions): ProgramSpec {
  const { root, source, data, port, environment } = options;
  return {
    name: 'redis',
    title: 'Redis',
    directory: data,
    ready: { kind: 'tcp', host: '127.0.0.1', port },
    url: redisUrl(port),
    usuallySeconds: 1,
    ...('image' in source
      ? {
          command: join(root, 'scripts/redis-in-docker'),
          args: [source.image, String(port)],
          environment,
          stopMillis: STOP_CONTAINER_MILLIS,
        }
      : server(source, port)),
  };
}

function server(
  { binary, libraries }: Extract<RedisSource, { binary: string }>,
  port: number,
): Pick<ProgramSpec, 'command' | 'args' | 'environment'> {
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    save: '',
    appendonly: 'no',
    maxmemory: '64mb',
    'maxmemory-policy': 'allkeys-lru',
  };
  return {
    command: binary,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    environment: libraries.length === 0 ? {} : { LD_LIBRARY_PATH: libraries.join(':') },
  };
}

export function redisUrl(port: number): string {
  return `redis://127.0.0.1:${port}`;
}
