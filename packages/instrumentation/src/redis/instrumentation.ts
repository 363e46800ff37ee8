import { ROOT_CONTEXT } from '@opentelemetry/api';
import { FoundLibraries } from '../found-libraries.ts';
import type { Instrumentation } from '../instrumentation.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import type { LoadedFile } from '../module-load/module-loads.ts';
import { observeConnectionCounts } from './connection-counts.ts';
import { IOREDIS_FILES, IOREDIS_VERSIONS, IoredisPatches } from './ioredis/ioredis-patches.ts';
import { NODE_REDIS_FILES, NODE_REDIS_VERSIONS, NodeRedisPatches } from './node-redis/node-redis-patches.ts';
import { type RedisOptions, resolveRedisOptions } from './options.ts';
import { RedisRecorder } from './redis-recorder.ts';
import { ServerPoller } from './server-poller.ts';

/** The file with which a library is instrumented: what it says in the status. */
const MAIN_FILES = new Set(['built/Redis.js', 'dist/lib/client/index.js']);

/**
 * Spans and metrics of ioredis 5 and 6 and of node-redis 5 and 6, by patches: see README.md.
 *
 * @throws Error once, at construction, naming every option that is wrong.
 */
export function createRedisInstrumentation(host: InstrumentationHost, options: RedisOptions = {}): Instrumentation {
  const resolved = resolveRedisOptions(options);
  const recorder = new RedisRecorder(host, resolved);
  const poller = new ServerPoller({
    connections: recorder.connections,
    options: resolved,
    nowMillis: host.nowMillis,
    warn: host.warn,
  });
  const found = new FoundLibraries();
  let isWatching = false;
  let stopCounting: (() => void) | undefined;

  const watch = (
    library: string,
    files: readonly string[],
    versions: string,
    patches: { apply(loaded: LoadedFile): string | undefined },
  ) => {
    host.modules.watch(
      { library, files, versions },
      (loaded) => {
        const problem = patches.apply(loaded);
        if (problem !== undefined) found.refuse(library, loaded.version, problem);
        else if (MAIN_FILES.has(loaded.file)) found.add(loaded);
      },
      (name, version) => found.refuse(name, version, `version ${versions} is expected`),
    );
  };

  return {
    name: 'redis',
    enable() {
      if (recorder.isEnabled) return;
      recorder.isEnabled = true;
      if (!isWatching) {
        isWatching = true;
        watch('ioredis', IOREDIS_FILES, IOREDIS_VERSIONS, new IoredisPatches(recorder));
        watch('@redis/client', NODE_REDIS_FILES, NODE_REDIS_VERSIONS, new NodeRedisPatches(recorder));
      }
      const { metrics } = host;
      if (metrics === undefined) return;
      stopCounting = observeConnectionCounts(metrics, recorder.connections);
      // A timer keeps the context it was made in: that of a request, if a request switched the instrumentation on.
      host.contextManager.with(ROOT_CONTEXT, () => poller.start(metrics));
    },
    disable() {
      if (!recorder.isEnabled) return;
      recorder.isEnabled = false;
      stopCounting?.();
      stopCounting = undefined;
      poller.stop();
    },
    status: () => ({ name: 'redis', isEnabled: recorder.isEnabled, ...found.lists() }),
  };
}
