import type {
  Instrumentation,
  InstrumentationStatus,
  InstrumentedLibrary,
  RefusedLibrary,
} from '../instrumentation.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import type { LoadedFile } from '../module-load/module-loads.ts';
import { QueryRecorder } from '../sql/query-recorder.ts';
import { PG_DEFAULTS, type PgOptions } from './options.ts';
import { PgPools } from './pg-pools.ts';
import { PgQueries } from './pg-queries.ts';

const SCOPE = '@vigil/instrumentation/pg';
const CLIENT = { library: 'pg', files: ['lib/client.js', 'lib/native/client.js'], versions: '>=8 <9' };
const POOL = { library: 'pg-pool', files: ['index.js'], versions: '>=3 <4' };
const LISTED_MAXIMUM = 32;

/** node-postgres 8 with pg-pool 3: see the README of this folder. */
export function createPgInstrumentation(host: InstrumentationHost, options: PgOptions = {}): Instrumentation {
  return new PgInstrumentation(host, options);
}

class PgInstrumentation implements Instrumentation {
  readonly name = 'pg';
  readonly #host: InstrumentationHost;
  readonly #queries: PgQueries;
  readonly #pools: PgPools;
  readonly #instrumented = new Map<string, InstrumentedLibrary>();
  readonly #refused = new Map<string, RefusedLibrary>();
  #isWatching = false;

  constructor(host: InstrumentationHost, options: PgOptions) {
    const slowQueryMillis = options.slowQueryMillis ?? PG_DEFAULTS.slowQueryMillis;
    this.#host = host;
    this.#queries = new PgQueries(new QueryRecorder(host, SCOPE, { slowQueryMillis }));
    this.#pools = new PgPools(host);
  }

  enable(): void {
    this.#queries.isEnabled = true;
    this.#pools.isEnabled = true;
    if (this.#isWatching) return;
    this.#isWatching = true;
    const { modules } = this.#host;
    const refuse = (library: string, version: string) => this.#refuse(library, version, 'this version is not known');
    modules.watch(CLIENT, (loaded) => this.#patchClient(loaded), refuse);
    modules.watch(POOL, (loaded) => this.#note(loaded, this.#pools.patch(loaded.exports)), refuse);
  }

  disable(): void {
    this.#queries.isEnabled = false;
    this.#pools.isEnabled = false;
  }

  status(): InstrumentationStatus {
    return {
      name: this.name,
      isEnabled: this.#queries.isEnabled,
      instrumented: [...this.#instrumented.values()],
      refused: [...this.#refused.values()],
    };
  }

  #patchClient(loaded: LoadedFile): void {
    if (loaded.file === 'lib/native/client.js') {
      this.#refuse(loaded.library, loaded.version, 'its native client has other parts: use the JavaScript one');
    } else this.#note(loaded, this.#queries.patch(loaded.exports));
  }

  #note({ library, version, module, folder }: LoadedFile, problem: string | undefined): void {
    if (problem !== undefined) this.#refuse(library, version, problem);
    else if (this.#instrumented.size < LISTED_MAXIMUM) {
      this.#instrumented.set(folder, { library, version, mechanism: 'patch', module });
    }
  }

  #refuse(library: string, version: string, reason: string): void {
    const key = `${library} ${version} ${reason}`;
    if (this.#refused.has(key) || this.#refused.size >= LISTED_MAXIMUM) return;
    this.#refused.set(key, { library, version, reason });
    this.#host.warn(`${library} ${version} is not instrumented: ${reason}`);
  }
}
