import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import type { TelemetrySettings } from '@vigil/config/environment';

/** W3C headers that carry the trace to the next process; an empty list carries nothing. */
export function createPropagator(names: TelemetrySettings['propagators']): TextMapPropagator {
  const propagators = names.map((name) =>
    name === 'baggage' ? new W3CBaggagePropagator() : new W3CTraceContextPropagator(),
  );
  const all = new CompositePropagator({ propagators });
  return {
    fields: () => all.fields(),
    inject(context, carrier, setter) {
      try {
        all.inject(context, carrier, setter);
      } catch {
        // Upstream guards against errors, and fails on a carrier of the application's that throws nothing at all.
      }
    },
    extract(context, carrier, getter) {
      try {
        return all.extract(context, carrier, getter);
      } catch {
        return context;
      }
    },
  };
}
