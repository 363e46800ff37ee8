import type { InstrumentationStatus, InstrumentedLibrary, RefusedLibrary } from './instrumentation.ts';
import type { LoadedFile } from './module-load/module-loads.ts';

/** Copies of libraries, and reasons to refuse them, that a status lists; an application has one or two. */
const LISTED_MAXIMUM = 32;

/** The libraries that an instrumentation has found, for its status: each copy once for each module system, each reason once a version. */
export class FoundLibraries {
  readonly #instrumented = new Map<string, InstrumentedLibrary>();
  readonly #refused = new Map<string, RefusedLibrary>();
  readonly #warn: ((line: string) => void) | undefined;

  /** @param warn hears of every refusal that is new; left out where the status alone tells of them. */
  constructor(warn?: (line: string) => void) {
    this.#warn = warn;
  }

  /** A copy that is patched. */
  add({ library, version, module, folder }: LoadedFile): void {
    if (this.#instrumented.size >= LISTED_MAXIMUM) return;
    this.#instrumented.set(`${library} ${folder} ${module}`, { library, version, mechanism: 'patch', module });
  }

  refuse(library: string, version: string, reason: string): void {
    const key = `${library} ${version} ${reason}`;
    if (this.#refused.has(key) || this.#refused.size >= LISTED_MAXIMUM) return;
    this.#refused.set(key, { library, version, reason });
    this.#warn?.(`${library} ${version} is not instrumented: ${reason}`);
  }

  lists(): Pick<InstrumentationStatus, 'instrumented' | 'refused'> {
    return { instrumented: [...this.#instrumented.values()], refused: [...this.#refused.values()] };
  }
}
