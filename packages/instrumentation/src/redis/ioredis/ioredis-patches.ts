import type { LoadedFile } from '../../module-load/module-loads.ts';
import type { RedisRecorder } from '../redis-recorder.ts';
import { patchCluster } from './cluster-patch.ts';
import { IoredisDriver, isInternalConnection } from './ioredis-driver.ts';
import { type PipelineMarks, patchPipeline } from './pipeline-patch.ts';
import { type IoredisClass, patchRedis } from './redis-patch.ts';

export const IOREDIS_VERSIONS = '>=5 <7';

/** `Redis.js` is the last that the library finishes: with it a copy is instrumented. */
export const IOREDIS_FILES = [
  'built/autoPipelining.js',
  'built/Pipeline.js',
  'built/cluster/index.js',
  'built/Redis.js',
] as const;

interface Copy {
  readonly driver: IoredisDriver;
  readonly marks: PipelineMarks;
}

/** Patches the copies of ioredis as their files are loaded. */
export class IoredisPatches {
  readonly #recorder: RedisRecorder;
  readonly #copies = new Map<string, Copy>();

  constructor(recorder: RedisRecorder) {
    this.#recorder = recorder;
  }

  /** @returns what is wrong with the file, in words; undefined when it was patched or needs no patch. */
  apply({ file, folder, exports }: LoadedFile): string | undefined {
    const copy = this.#copy(folder);
    if (file === 'built/autoPipelining.js') {
      if (typeof exports.kExec === 'symbol') copy.marks.automatic = exports.kExec;
      return undefined;
    }
    const made = exports.default as IoredisClass | undefined;
    if (typeof made !== 'function') return `${file} has no class as its default export`;
    return this.#patch(file, made, copy) ? undefined : `a class in ${file} has not the methods that are expected`;
  }

  #patch(file: string, made: IoredisClass, { driver, marks }: Copy): boolean {
    const recorder = this.#recorder;
    if (file === 'built/Redis.js') return patchRedis(made, recorder, driver);
    if (file === 'built/cluster/index.js') return patchCluster(made, recorder);
    return patchPipeline(
      made,
      recorder,
      (client) => {
        if (client.isCluster === true) return { connection: undefined, server: recorder.unknownServer };
        const connection = recorder.connections.of(client, driver, isInternalConnection);
        return { connection, server: connection.server };
      },
      marks,
    );
  }

  #copy(folder: string): Copy {
    let copy = this.#copies.get(folder);
    if (copy === undefined) {
      copy = { driver: new IoredisDriver(this.#recorder), marks: { automatic: undefined } };
      this.#copies.set(folder, copy);
    }
    return copy;
  }
}
