import type { LoadedFile } from '../../module-load/module-loads.ts';
import type { RedisRecorder } from '../redis-recorder.ts';
import { patchClient } from './client-patch.ts';
import { type ClusterCalls, patchCluster } from './cluster-patch.ts';
import { NodeRedisDriver } from './node-redis-driver.ts';
import { patchOwnMetrics } from './own-metrics-patch.ts';
import { patchPool } from './pool-patch.ts';

export const NODE_REDIS_VERSIONS = '>=5 <7';

export const NODE_REDIS_FILES = [
  'dist/lib/client/index.js',
  'dist/lib/client/pool.js',
  'dist/lib/cluster/index.js',
  'dist/lib/opentelemetry/index.js',
] as const;

type Class = { readonly prototype: object };

interface Copy {
  readonly driver: NodeRedisDriver;
  readonly calls: ClusterCalls;
}

/** Patches the copies of `@redis/client` as their files are loaded. */
export class NodeRedisPatches {
  readonly #recorder: RedisRecorder;
  readonly #copies = new Map<string, Copy>();

  constructor(recorder: RedisRecorder) {
    this.#recorder = recorder;
  }

  /** @returns what is wrong with the file, in words; undefined when it was patched. */
  apply({ file, folder, exports }: LoadedFile): string | undefined {
    const recorder = this.#recorder;
    const { driver, calls } = this.#copy(folder);
    const made = (exports.RedisClientPool ?? exports.OpenTelemetry ?? exports.default) as Class | undefined;
    if (typeof made !== 'function') return `${file} exports no class`;
    if (file === 'dist/lib/client/pool.js') patchPool(made, recorder);
    else if (file === 'dist/lib/cluster/index.js') patchCluster(made, recorder, calls);
    else if (file === 'dist/lib/opentelemetry/index.js') patchOwnMetrics(made, driver);
    else if (!patchClient(made, recorder, driver, calls)) {
      return `the class in ${file} has not the methods that are expected`;
    }
    return undefined;
  }

  #copy(folder: string): Copy {
    let copy = this.#copies.get(folder);
    if (copy === undefined) {
      copy = { driver: new NodeRedisDriver(this.#recorder), calls: { current: undefined } };
      this.#copies.set(folder, copy);
    }
    return copy;
  }
}
