import { FoundLibraries } from '../found-libraries.ts';
import type { Instrumentation, InstrumentationStatus } from '../instrumentation.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import type { LoadedFile } from '../module-load/module-loads.ts';
import { QueryRecorder } from '../sql/query-recorder.ts';
import { DATABASE_CLASSES, DRIZZLE_VERSIONS, QUERY_CLASSES, SESSION_CLASSES } from './drizzle-files.ts';
import { DrizzleQueries } from './drizzle-queries.ts';
import { DrizzleSessions } from './drizzle-sessions.ts';
import { DrizzleTransactions } from './drizzle-transactions.ts';
import { DRIZZLE_DEFAULTS, type DrizzleOptions } from './options.ts';
import { readQueryMetadata } from './query-metadata.ts';

const LIBRARY = 'drizzle-orm';
const SCOPE = '@vigil/instrumentation/drizzle';

const FILES = [
  ...new Set(
    [...QUERY_CLASSES, ...DATABASE_CLASSES, ...SESSION_CLASSES].flatMap(({ file }) => [`${file}.js`, `${file}.cjs`]),
  ),
];

/** Drizzle ORM 0.44, 0.45 and 1.0: see the README of this folder. */
export function createDrizzleInstrumentation(host: InstrumentationHost, options: DrizzleOptions = {}): Instrumentation {
  return new DrizzleInstrumentation(host, options);
}

class DrizzleInstrumentation implements Instrumentation {
  readonly name = 'drizzle';
  readonly #host: InstrumentationHost;
  readonly #queries: DrizzleQueries;
  readonly #sessions: DrizzleSessions;
  readonly #transactions: DrizzleTransactions;
  readonly #found: FoundLibraries;
  #isWatching = false;

  constructor(host: InstrumentationHost, options: DrizzleOptions) {
    const slowQueryMillis = options.slowQueryMillis ?? DRIZZLE_DEFAULTS.slowQueryMillis;
    const recorder = new QueryRecorder(host, SCOPE, { slowQueryMillis, readHint: readQueryMetadata });
    this.#host = host;
    this.#found = new FoundLibraries(host.warn);
    this.#queries = new DrizzleQueries(recorder);
    this.#sessions = new DrizzleSessions(this.#queries, recorder);
    this.#transactions = new DrizzleTransactions(host.nowMillis, host.metrics);
  }

  enable(): void {
    this.#queries.isEnabled = true;
    this.#transactions.isEnabled = true;
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#host.modules.watch(
      { library: LIBRARY, files: FILES, versions: DRIZZLE_VERSIONS },
      (loaded) => this.#patch(loaded),
      (library, version) => this.#found.refuse(library, version, `expected ${DRIZZLE_VERSIONS}`),
    );
  }

  disable(): void {
    this.#queries.isEnabled = false;
    this.#transactions.isEnabled = false;
  }

  status(): InstrumentationStatus {
    return { name: this.name, isEnabled: this.#queries.isEnabled, ...this.#found.lists() };
  }

  #patch(loaded: LoadedFile): void {
    const { library, version } = loaded;
    const file = loaded.file.replace(/\.c?js$/, '');
    const isOld = version.startsWith('0.');
    const problems: (string | undefined)[] = [];
    for (const known of QUERY_CLASSES) {
      if (known.file !== file || (known.isOld && !isOld)) continue;
      problems.push(this.#queries.patch(prototypeOf(loaded, known.className), known));
    }
    for (const known of DATABASE_CLASSES) {
      if (known.file !== file) continue;
      // 1.0 moved the class to `async/db` and left the file.
      const prototype = prototypeOf(loaded, known.className);
      if (isOld || prototype !== undefined) problems.push(this.#transactions.patch(prototype, known));
    }
    for (const known of SESSION_CLASSES) {
      if (known.file === file && !(known.introduces && isOld))
        problems.push(this.#sessions.patch(prototypeOf(loaded, known.className), known));
    }
    for (const problem of problems) {
      if (problem !== undefined) this.#found.refuse(library, version, `${loaded.file}: ${problem}`);
    }
    if (problems.includes(undefined)) this.#found.add(loaded);
  }
}

function prototypeOf({ exports }: LoadedFile, className: string): object | undefined {
  const found = exports[className];
  return typeof found === 'function' ? (found.prototype as object) : undefined;
}
