import type { Meter, ObservableCallback } from '@opentelemetry/api';
import type { MeterProvider } from '@opentelemetry/sdk-metrics';
import { failureText } from '../failure-text.ts';
import { sayWarning } from '../say-warning.ts';
import { boundSeries } from './bounded-series.ts';
import type { ObservableCallbacks } from './observable-callbacks.ts';

/** Creators of the instruments that are called on the application's own path. */
const CREATORS = ['createCounter', 'createUpDownCounter', 'createHistogram', 'createGauge'] as const;
/** What those instruments are called by. */
const CALLS = ['add', 'record'] as const;

/** Creators of the instruments whose callbacks the SDK calls. */
const OBSERVABLE_CREATORS = [
  'createObservableCounter',
  'createObservableUpDownCounter',
  'createObservableGauge',
] as const;

type Call = (...args: unknown[]) => void;

/**
 * Makes instruments that never throw: OpenTelemetry's metrics SDK puts attributes into words where the application calls `add` and
 * `record`, so a bigint, a circle or a getter that throws would come back as an exception. The measurement is lost, with a line.
 * Callbacks of observable instruments are bounded by `callbacks`, series by {@link boundSeries}.
 */
export function guardMeters(provider: MeterProvider, callbacks: ObservableCallbacks): void {
  const guarded = new WeakSet<Meter>();
  const getMeter = provider.getMeter.bind(provider);
  provider.getMeter = (...args) => {
    const meter = getMeter(...args);
    // The provider hands out the same meter for the same name.
    if (!guarded.has(meter)) {
      for (const creator of CREATORS) guardCreator(meter, creator);
      for (const creator of OBSERVABLE_CREATORS) boundCreator(meter, creator, callbacks);
      boundBatches(meter, callbacks);
    }
    guarded.add(meter);
    return meter;
  };
}

function guardCreator(meter: Meter, creator: (typeof CREATORS)[number]): void {
  const create = meter[creator].bind(meter);
  meter[creator] = (name, options) => {
    const instrument = create(name, options) as unknown as Record<string, Call | undefined>;
    boundSeries(instrument);
    for (const call of CALLS) guardCall(instrument, call, name);
    return instrument as never;
  };
}

function boundCreator(
  meter: Meter,
  creator: (typeof OBSERVABLE_CREATORS)[number],
  callbacks: ObservableCallbacks,
): void {
  const create = meter[creator].bind(meter);
  meter[creator] = (name, options) => {
    const instrument = create(name, options);
    const add = instrument.addCallback.bind(instrument);
    const remove = instrument.removeCallback.bind(instrument);
    instrument.addCallback = (callback) => add(callbacks.bounded(callback) as ObservableCallback);
    instrument.removeCallback = (callback) => remove(callbacks.bounded(callback) as ObservableCallback);
    return instrument;
  };
}

function boundBatches(meter: Meter, callbacks: ObservableCallbacks): void {
  for (const method of ['addBatchObservableCallback', 'removeBatchObservableCallback'] as const) {
    const pass = meter[method].bind(meter);
    meter[method] = (callback, observables) => pass(callbacks.bounded(callback) as typeof callback, observables);
  }
}

function guardCall(instrument: Record<string, Call | undefined>, call: (typeof CALLS)[number], name: string): void {
  const measure = instrument[call]?.bind(instrument);
  if (measure === undefined) return;
  instrument[call] = (value, attributes, context) => {
    try {
      measure(value, attributes, context);
    } catch (error) {
      sayWarning(`a measurement of ${name} is lost: ${failureText(error)}`);
    }
  };
}
