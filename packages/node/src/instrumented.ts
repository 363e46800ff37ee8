import { diag, type LoggerProvider, type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { failureText } from './failure-text.ts';
import type { InstrumentationEntry } from './instrumentations/entry.ts';
import { hookModules, patchBuiltins } from './module-hooks.ts';

export interface Providers {
  readonly tracerProvider: TracerProvider | undefined;
  readonly meterProvider: MeterProvider | undefined;
  readonly loggerProvider: LoggerProvider | undefined;
}

/**
 * Creates the instrumentations, gives them their providers and hooks into module loading. One that fails is left out and
 * said so; the others work.
 *
 * @returns switches them off again.
 */
export function enableInstrumentations(entries: readonly InstrumentationEntry[], providers: Providers): () => void {
  const instrumentations = entries.flatMap((entry) => {
    try {
      return [connect(entry.create(), providers)];
    } catch (error) {
      diag.error(`${entry.name} is not instrumented: ${failureText(error)}`);
      return [];
    }
  });
  patchBuiltins(entries.flatMap(({ patches = [] }) => patches));
  hookModules(entries.flatMap(({ wraps = [] }) => wraps));
  return () => {
    for (const instrumentation of instrumentations) instrumentation.disable();
  };
}

/** A signal that is off leaves OpenTelemetry's no-op provider in place. */
function connect(instrumentation: Instrumentation, providers: Providers): Instrumentation {
  const { tracerProvider, meterProvider, loggerProvider } = providers;
  if (tracerProvider !== undefined) instrumentation.setTracerProvider(tracerProvider);
  if (meterProvider !== undefined) instrumentation.setMeterProvider(meterProvider);
  if (loggerProvider !== undefined) instrumentation.setLoggerProvider?.(loggerProvider);
  return instrumentation;
}
