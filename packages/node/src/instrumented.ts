import { diag, type LoggerProvider, type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import { failureText } from './failure-text.ts';
import type { Instrumentation, InstrumentationEntry } from './instrumentations/entry.ts';
import { hookModules, patchBuiltins } from './module-hooks.ts';

export interface Providers {
  readonly tracerProvider: TracerProvider | undefined;
  readonly meterProvider: MeterProvider | undefined;
  readonly loggerProvider: LoggerProvider | undefined;
}

/**
 * Creates the instrumentations, gives them their providers and hooks into module loading. One that fails is left out and
 * said so; the others work. Never throws.
 *
 * @param options the command line options of Node.js and `NODE_OPTIONS`.
 * @returns switches them off again.
 */
export function enableInstrumentations(
  entries: readonly InstrumentationEntry[],
  providers: Providers,
  options: string,
): () => void {
  const instrumentations: Instrumentation[] = [];
  for (const { name, create } of entries) {
    orSay(`${name} is not instrumented`, () => instrumentations.push(connect(create(), providers)));
  }
  orSay('http is not instrumented', () => patchBuiltins(entries.flatMap(({ patches = [] }) => patches)));
  orSay('what is imported is not instrumented, what is required is', () =>
    hookModules(
      entries.flatMap(({ wraps = [] }) => wraps),
      options,
    ),
  );
  return () => {
    for (const instrumentation of instrumentations) instrumentation.disable();
  };
}

function orSay(consequence: string, step: () => void): void {
  try {
    step();
  } catch (error) {
    diag.error(`${consequence}: ${failureText(error)}`);
  }
}

/** A signal that is off leaves OpenTelemetry's no-op provider in place. */
function connect(instrumentation: Instrumentation, providers: Providers): Instrumentation {
  const { tracerProvider, meterProvider, loggerProvider } = providers;
  if (tracerProvider !== undefined) instrumentation.setTracerProvider(tracerProvider);
  if (meterProvider !== undefined) instrumentation.setMeterProvider(meterProvider);
  if (loggerProvider !== undefined) instrumentation.setLoggerProvider?.(loggerProvider);
  return instrumentation;
}
