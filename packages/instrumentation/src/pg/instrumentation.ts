import { FoundLibraries } from '../found-libraries.ts';
import type { Instrumentation, InstrumentationStatus } from '../instrumentation.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import type { LoadedFile } from '../module-load/module-loads.ts';
import { QueryRecorder } from '../sql/query-recorder.ts';
import { PG_DEFAULTS, type PgOptions } from './options.ts';
import { PgPools } from './pg-pools.ts';
import { PgQueries } from './pg-queries.ts';

const SCOPE = '@vigil/instrumentation/pg';
const CLIENT = { library: 'pg', files: ['lib/client.js', 'lib/native/client.js'], versions: '>=8 <9' };
const POOL = { library: 'pg-pool', files: ['index.js'], versions: '>=3 <4' };

/** node-postgres 8 with pg-pool 3: see the README of this folder. */
export function createPgInstrumentation(host: InstrumentationHost, options: PgOptions = {}): Instrumentation {
  return new PgInstrumentation(host, options);
}

class PgInstrumentation implements Instrumentation {
  readonly name = 'pg';
  readonly #host: InstrumentationHost;
  readonly #queries: PgQueries;
  readonly #pools: PgPools;
  readonly #found: FoundLibraries;
  #isWatching = false;

  constructor(host: InstrumentationHost, options: PgOptions) {
    const slowQueryMillis = options.slowQueryMillis ?? PG_DEFAULTS.slowQueryMillis;
    this.#host = host;
    this.#found = new FoundLibraries(host.warn);
    this.#queries = new PgQueries(new QueryRecorder(host, SCOPE, { slowQueryMillis }));
    this.#pools = new PgPools(host);
  }

  enable(): void {
    this.#queries.isEnabled = true;
    this.#pools.isEnabled = true;
    if (this.#isWatching) return;
    this.#isWatching = true;
    const { modules } = this.#host;
    const refuse = (library: string, version: string) =>
      this.#found.refuse(library, version, 'this version is not known');
    modules.watch(CLIENT, (loaded) => this.#patchClient(loaded), refuse);
    modules.watch(POOL, (loaded) => this.#note(loaded, this.#pools.patch(loaded.exports)), refuse);
  }

  disable(): void {
    this.#queries.isEnabled = false;
    this.#pools.isEnabled = false;
  }

  status(): InstrumentationStatus {
    return { name: this.name, isEnabled: this.#queries.isEnabled, ...this.#found.lists() };
  }

  #patchClient(loaded: LoadedFile): void {
    if (loaded.file === 'lib/native/client.js') {
      this.#found.refuse(loaded.library, loaded.version, 'its native client has other parts: use the JavaScript one');
    } else this.#note(loaded, this.#queries.patch(loaded.exports));
  }

  #note(loaded: LoadedFile, problem: string | undefined): void {
    if (problem === undefined) this.#found.add(loaded);
    else this.#found.refuse(loaded.library, loaded.version, problem);
  }
}
