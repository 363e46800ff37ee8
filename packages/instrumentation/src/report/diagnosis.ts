import type { InstrumentationStatus, InstrumentedLibrary, Mechanism } from '../instrumentation.ts';
import { isInRange } from '../module-load/version-range.ts';
import type { ApplicationFacts } from './application-facts.ts';
import type { ApplicationMode } from './application-mode.ts';
import type { SupportedLibrary } from './supported-library.ts';
import { UNINSTRUMENTED_LIBRARIES } from './uninstrumented-libraries.ts';

export interface DiagnosedLibrary {
  readonly instrumentation: string;
  readonly library: string;
  readonly version: string | undefined;
  readonly module: InstrumentedLibrary['module'];
}

/** Installed in a version that is known, and not loaded so far. */
export interface AwaitedLibrary {
  readonly instrumentation: string;
  readonly library: string;
  readonly version: string;
  readonly mechanism: Mechanism;
}

/**
 * `refused`: loaded, and its instrumentation would not have it. `version`: installed in another version than is known. `loaded_before`:
 * loaded before Vigil was. `bundled`: declared, and not loaded as a module by the bundle, so inside it if anywhere. `no_instrumentation`: nothing looks
 * into it yet.
 */
export type NotInstrumentedCause = 'refused' | 'version' | 'loaded_before' | 'bundled' | 'no_instrumentation';

export interface NotInstrumentedLibrary {
  readonly library: string;
  readonly version: string | undefined;
  readonly cause: NotInstrumentedCause;
  /** One line for people. */
  readonly reason: string;
}

/** What is instrumented in this process, at the time it was asked. */
export interface Diagnosis {
  readonly nodeVersion: string;
  readonly mode: ApplicationMode;
  readonly instrumented: Readonly<Record<Mechanism, readonly DiagnosedLibrary[]>>;
  readonly awaited: readonly AwaitedLibrary[];
  readonly notInstrumented: readonly NotInstrumentedLibrary[];
  /** Names of instrumentations that are off. */
  readonly switchedOff: readonly string[];
  /** What this Node.js does not let us see, in one line. */
  readonly blindSpot: string | undefined;
}

/** Parts of a library that are watched beside it: nobody installs them by that name. */
const PARTS = new Set(['pg-pool', 'router']);
/** What people install so that a library is there. Both have the same version. */
const INSTALLED_AS: Readonly<Record<string, string>> = { '@redis/client': 'redis' };

/** Says what is instrumented, what will be when it is loaded, and what is not and why. Pure; never throws. */
export function diagnose(
  statuses: readonly InstrumentationStatus[],
  supported: readonly SupportedLibrary[],
  facts: ApplicationFacts,
): Diagnosis {
  const found = statuses.flatMap(({ name, instrumented }) =>
    instrumented.map((library) => ({ ...library, instrumentation: name })),
  );
  const by = (asked: Mechanism): DiagnosedLibrary[] =>
    found
      .filter(({ mechanism }) => mechanism === asked)
      .map(({ instrumentation, library, version, module }) => ({ instrumentation, library, version, module }));
  const isFound = (library: string) => found.some((one) => one.library === library);
  const refused = statuses.flatMap((status) => status.refused);
  const absent = missing(supported, facts).filter(
    ({ library }) => !isFound(library) && !refused.some((one) => one.library === library),
  );
  return {
    nodeVersion: facts.nodeVersion,
    mode: facts.mode,
    instrumented: { channel: by('channel'), patch: by('patch'), observation: by('observation') },
    awaited: absent.flatMap(({ awaited }) => awaited ?? []),
    notInstrumented: [
      ...refused.map((one): NotInstrumentedLibrary => ({ ...one, cause: 'refused' })),
      ...absent.flatMap(({ not }) => not ?? []),
      ...unknown(facts),
    ],
    switchedOff: statuses.filter(({ isEnabled }) => !isEnabled).map(({ name }) => name),
    blindSpot: facts.blindSpot,
  };
}

interface Missing {
  /** As the instrumentation calls it. */
  readonly library: string;
  readonly awaited?: AwaitedLibrary;
  readonly not?: NotInstrumentedLibrary;
}

/** What would become of each supported library, had nothing been loaded. */
function missing(supported: readonly SupportedLibrary[], facts: ApplicationFacts): Missing[] {
  const whole = supported.filter(({ library }) => !PARTS.has(library));
  return [...new Set(whole.map(({ library }) => library))].flatMap((watched): Missing[] => {
    const files = whole.filter(({ library }) => library === watched);
    const library = INSTALLED_AS[watched] ?? watched;
    const version = facts.installedVersion(library);
    const isDeclared = facts.dependencies.includes(library);
    const not = (cause: NotInstrumentedCause, reason: string) => [
      { library: watched, not: { library, version, cause, reason } },
    ];
    const { bundler } = facts.mode;
    if (bundler !== undefined && files[0]?.mechanism === 'patch' && !facts.isExternal(library)) {
      return isDeclared ? not('bundled', `inside the bundle of ${bundler}: keep it external`) : [];
    }
    if (version === undefined) return [];
    const fitting = files.find(({ versions }) => isInRange(version, versions));
    if (fitting === undefined) {
      // One that only a dependency uses is told of when it is loaded.
      return isDeclared ? not('version', `expected ${files.map(({ versions }) => versions).join(' or ')}`) : [];
    }
    if (fitting.mechanism === 'patch' && wasLoadedBefore(watched, facts)) {
      return not('loaded_before', 'loaded before Vigil, whose --import goes first');
    }
    const { instrumentation, mechanism } = fitting;
    return [{ library: watched, awaited: { instrumentation, library, version, mechanism } }];
  });
}

function wasLoadedBefore(library: string, { loadedBefore }: ApplicationFacts): boolean {
  return loadedBefore.some((path) => path.replaceAll('\\', '/').includes(`/node_modules/${library}/`));
}

function unknown({ dependencies, installedVersion }: ApplicationFacts): NotInstrumentedLibrary[] {
  return dependencies.flatMap((library): NotInstrumentedLibrary[] => {
    const known = UNINSTRUMENTED_LIBRARIES.get(library);
    const version = known === undefined ? undefined : installedVersion(library);
    if (known === undefined || version === undefined) return [];
    const { through } = known;
    const isSeen = through !== undefined && installedVersion(through) !== undefined;
    const reason = isSeen ? `seen through ${through} only` : 'no instrumentation yet';
    return [{ library, version, cause: 'no_instrumentation', reason }];
  });
}
