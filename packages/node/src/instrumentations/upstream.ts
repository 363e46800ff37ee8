import type { LoggerProvider, MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@vigil/instrumentation';
import type { Providers } from './entry.ts';

/** What is used of an instrumentation of OpenTelemetry's. */
export interface UpstreamInstrumentation {
  setTracerProvider(provider: TracerProvider): void;
  setMeterProvider(provider: MeterProvider): void;
  setLoggerProvider?(provider: LoggerProvider): void;
  enable(): void;
  disable(): void;
}

/** An instrumentation of OpenTelemetry's in the shape of Vigil's own. What it has got hold of it does not tell. */
export function upstreamInstrumentation(
  name: string,
  create: () => UpstreamInstrumentation,
  providers: Providers,
): Instrumentation {
  let made: UpstreamInstrumentation | undefined;
  let isEnabled = false;
  return {
    name,
    enable() {
      // Made, it is switched on.
      if (made === undefined) made = connect(create(), providers);
      else if (!isEnabled) made.enable();
      isEnabled = true;
    },
    disable() {
      if (isEnabled) made?.disable();
      isEnabled = false;
    },
    status: () => ({ name, isEnabled, instrumented: [], refused: [] }),
  };
}

/** A signal that is off leaves OpenTelemetry's no-op provider in place. */
function connect(instrumentation: UpstreamInstrumentation, providers: Providers): UpstreamInstrumentation {
  const { tracerProvider, meterProvider, loggerProvider } = providers;
  if (tracerProvider !== undefined) instrumentation.setTracerProvider(tracerProvider);
  if (meterProvider !== undefined) instrumentation.setMeterProvider(meterProvider);
  if (loggerProvider !== undefined) instrumentation.setLoggerProvider?.(loggerProvider);
  return instrumentation;
}
