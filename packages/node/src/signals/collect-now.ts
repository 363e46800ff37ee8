import type { MeterProvider, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ObservableCallback, ObservableCallbacks } from './observable-callbacks.ts';

type Time = [seconds: number, nanos: number];

interface Storage {
  record(measurements: unknown, time: Time): void;
  collect(collector: unknown, time: Time): ResourceMetrics['scopeMetrics'][number]['metrics'][number] | undefined;
}

interface Instrument {
  readonly _metricStorages: Iterable<Storage>;
}

interface Meters {
  readonly observableRegistry: {
    observe(time: Time): Promise<unknown>;
    readonly _callbacks: readonly { readonly callback: ObservableCallback; readonly instrument: Instrument }[];
    readonly _batchCallbacks: readonly {
      readonly callback: ObservableCallback;
      readonly instruments: Iterable<Instrument>;
    }[];
  };
  readonly metricStorageRegistry: { getStorages(collector: unknown): readonly Storage[] };
  readonly _instrumentationScope: ResourceMetrics['scopeMetrics'][number]['scope'];
}

/** What the SDK's provider is made of; a test says when an update has changed it. */
interface ProviderParts {
  readonly resource: ResourceMetrics['resource'];
  readonly meterSharedStates: ReadonlyMap<string, Meters>;
  readonly metricCollectors: readonly { readonly _metricReader: unknown }[];
}

/**
 * Collects for one reader without a turn of the event loop, which the SDK's own collection needs and an `exit` handler does not
 * have. Observable instruments whose callbacks answer later are left out.
 *
 * @returns nothing when the provider is not made the way this knows. May throw what the SDK or a callback throws.
 */
export function collectNow(
  provider: MeterProvider,
  reader: unknown,
  callbacks: ObservableCallbacks,
  epochMillis: number,
): ResourceMetrics | undefined {
  const parts = (provider as unknown as { _sharedState?: ProviderParts })._sharedState;
  const collector = parts?.metricCollectors.find(({ _metricReader }) => _metricReader === reader);
  if (parts === undefined || collector === undefined) return undefined;
  const time: Time = [Math.floor(epochMillis / 1_000), (epochMillis % 1_000) * 1_000_000];
  const scopeMetrics: ResourceMetrics['scopeMetrics'] = [];
  for (const meters of parts.meterSharedStates.values()) {
    observeNow(meters, callbacks, time);
    const metrics = meters.metricStorageRegistry
      .getStorages(collector)
      .map((storage) => storage.collect(collector, time))
      .filter((metric) => metric !== undefined);
    if (metrics.length > 0) scopeMetrics.push({ scope: meters._instrumentationScope, metrics });
  }
  return { resource: parts.resource, scopeMetrics };
}

/** Lets the SDK call the callbacks, and stores what they said before their promises could. */
function observeNow({ observableRegistry }: Meters, callbacks: ObservableCallbacks, time: Time): void {
  const answers = callbacks.answersOf(() => void observableRegistry.observe(time).catch(() => undefined));
  const next = (callback: ObservableCallback) =>
    (answers.get(callback)?.shift() as { readonly _buffer: unknown } | undefined)?._buffer;
  for (const { callback, instrument } of observableRegistry._callbacks) {
    const measurements = next(callback);
    if (measurements === undefined) continue;
    for (const storage of instrument._metricStorages) storage.record(measurements, time);
  }
  for (const { callback, instruments } of observableRegistry._batchCallbacks) {
    const measurements = next(callback) as ReadonlyMap<Instrument, unknown> | undefined;
    for (const instrument of measurements === undefined ? [] : instruments) {
      const own = measurements?.get(instrument);
      if (own === undefined) continue;
      for (const storage of instrument._metricStorages) storage.record(own, time);
    }
  }
}
