import {
  type ContextManager,
  context,
  type LoggerProvider,
  logs,
  type MeterProvider,
  metrics,
  propagation,
  type TextMapPropagator,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';

export interface ApiParts {
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
  readonly tracerProvider: TracerProvider | undefined;
  readonly meterProvider: MeterProvider | undefined;
  readonly loggerProvider: LoggerProvider | undefined;
}

/**
 * Hands the parts to OpenTelemetry's API, all of them or none.
 *
 * @returns takes them back.
 * @throws when the API refuses one: another SDK, or another version of the API, was there first.
 */
export function registerApi(parts: ApiParts): () => void {
  const { tracerProvider, meterProvider, loggerProvider } = parts;
  const registered: { disable(): void }[] = [];
  const takeBack = () => {
    for (const api of registered) api.disable();
  };
  const hand = (api: { disable(): void }, isAccepted: boolean) => {
    if (isAccepted) {
      registered.push(api);
      return;
    }
    takeBack(); // Only what is ours: the other SDK keeps its own.
    throw new Error('OpenTelemetry’s API refused: another SDK or another version of the API is registered');
  };
  hand(context, context.setGlobalContextManager(parts.contextManager));
  hand(propagation, propagation.setGlobalPropagator(parts.propagator));
  if (tracerProvider !== undefined) hand(trace, trace.setGlobalTracerProvider(tracerProvider));
  if (meterProvider !== undefined) hand(metrics, metrics.setGlobalMeterProvider(meterProvider));
  if (loggerProvider !== undefined) hand(logs, logs.setGlobalLoggerProvider(loggerProvider));
  return takeBack;
}
