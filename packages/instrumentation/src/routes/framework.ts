import { addHttpRouteReader, type HttpRouteReader } from '../http-route.ts';
import type { Instrumentation, InstrumentedLibrary, Mechanism, RefusedLibrary } from '../instrumentation.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import type { LibraryFile, LoadedFile } from '../module-load/module-loads.ts';

/** Whether an instrumentation is on: what a patch asks that stays in its place. */
export interface Switch {
  isOn: boolean;
}

/** A file of a framework that says that the framework is there, and that is patched where its requests tell nothing themselves. */
export interface FrameworkFile extends LibraryFile {
  /** Not given where nothing is patched. Returns why it could not be, in one line, or undefined. */
  readonly patch?: (loaded: LoadedFile, on: Switch) => string | undefined;
}

export interface Framework {
  readonly name: string;
  readonly files: readonly FrameworkFile[];
  readonly reader?: HttpRouteReader;
}

/** Copies of libraries that are listed; an application with more has some other problem. */
const MAX_LISTED = 50;

/** What an instrumentation has found, for `status()`. */
export class FoundLibraries {
  readonly instrumented: InstrumentedLibrary[] = [];
  readonly refused: RefusedLibrary[] = [];

  add(library: string, version: string, mechanism: Mechanism, module: InstrumentedLibrary['module']): void {
    const isKnown = this.instrumented.some(
      (known) => known.library === library && known.version === version && known.module === module,
    );
    if (!isKnown && this.instrumented.length < MAX_LISTED) {
      this.instrumented.push({ library, version, mechanism, module });
    }
  }

  refuse(library: string, version: string, reason: string): void {
    if (this.refused.length < MAX_LISTED) this.refused.push({ library, version, reason });
  }
}

/** The instrumentation of a framework's routes. */
export function frameworkRoutes(framework: Framework, host: Pick<InstrumentationHost, 'modules'>): Instrumentation {
  const found = new FoundLibraries();
  const on: Switch = { isOn: false };
  let isWatching = false;
  let stopReading: (() => void) | undefined;

  function watch(): void {
    // Stays when switched off: what loads meanwhile must be patched when it is switched on again.
    isWatching = true;
    for (const file of framework.files) {
      host.modules.watch(
        file,
        (loaded) => {
          const reason = file.patch?.(loaded, on);
          const { library, version, module } = loaded;
          if (reason !== undefined) found.refuse(library, version, reason);
          else found.add(library, version, file.patch ? 'patch' : 'observation', module);
        },
        (library, version) => found.refuse(library, version, `version ${version}, known are ${file.versions}`),
      );
    }
  }

  return {
    name: framework.name,
    enable() {
      on.isOn = true;
      if (!isWatching) watch();
      if (framework.reader) stopReading ??= addHttpRouteReader(framework.reader);
    },
    disable() {
      on.isOn = false;
      stopReading?.();
      stopReading = undefined;
    },
    status: () => ({
      name: framework.name,
      isEnabled: on.isOn,
      instrumented: found.instrumented,
      refused: found.refused,
    }),
  };
}
