import { diag } from '@opentelemetry/api';
import type { Instrumentation, InstrumentationHost, InstrumentationStatus } from '@vigil/instrumentation';
import { CHANNEL_LIBRARIES, noting, type SupportedLibrary } from '@vigil/instrumentation/report';
import { failureText } from './failure-text.ts';
import type { InstrumentationEntry, Providers } from './instrumentations/entry.ts';
import { hookModules } from './module-hooks.ts';

export interface EnabledInstrumentations {
  disable(): void;
  /** What each of them has come to; those that could not be created are not among them. */
  status(): readonly InstrumentationStatus[];
  /** Libraries they wait for. */
  readonly supported: readonly SupportedLibrary[];
}

/**
 * Creates the instrumentations and switches them on. One that fails is left out and said so; the others work. Never throws.
 *
 * @param options the command line options of Node.js and `NODE_OPTIONS`.
 */
export function enableInstrumentations(
  entries: readonly InstrumentationEntry[],
  host: InstrumentationHost,
  providers: Providers,
  options: string,
): EnabledInstrumentations {
  const instrumentations: Instrumentation[] = [];
  const names = entries.map(({ name }) => name);
  const supported = CHANNEL_LIBRARIES.filter(({ instrumentation }) => names.includes(instrumentation));
  for (const entry of entries) {
    orSay(`${entry.name} is not instrumented`, () => {
      const modules = noting(host.modules, entry.name, (library) => void supported.push(library));
      const instrumentation = entry.create({ ...host, modules }, providers);
      supported.push(...(entry.supports ?? []));
      try {
        instrumentation.enable();
      } catch (error) {
        // Half of it may be on: what begins there would never end.
        switchOff(instrumentation);
        throw error;
      }
      instrumentations.push(instrumentation);
    });
  }
  orSay('what is imported is not instrumented by OpenTelemetry’s own instrumentations, what is required is', () =>
    hookModules(
      entries.flatMap(({ wraps = [] }) => wraps),
      options,
    ),
  );
  return {
    disable() {
      for (const instrumentation of instrumentations) switchOff(instrumentation);
    },
    status: () => instrumentations.map((instrumentation) => instrumentation.status()),
    supported,
  };
}

function switchOff(instrumentation: Instrumentation): void {
  orSay(`${instrumentation.name} cannot be switched off`, () => instrumentation.disable());
}

function orSay(consequence: string, step: () => void): void {
  try {
    step();
  } catch (error) {
    diag.error(`${consequence}: ${failureText(error)}`);
  }
}
