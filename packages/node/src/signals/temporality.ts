import { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics';
import type { MetricsSettings } from '@vigil/config/environment';

const { CUMULATIVE, DELTA } = AggregationTemporality;

const DELTA_INSTRUMENTS: Readonly<Record<MetricsSettings['temporality'], readonly InstrumentType[]>> = {
  cumulative: [],
  delta: [
    InstrumentType.COUNTER,
    InstrumentType.GAUGE,
    InstrumentType.HISTOGRAM,
    InstrumentType.OBSERVABLE_COUNTER,
    InstrumentType.OBSERVABLE_GAUGE,
  ],
  lowmemory: [InstrumentType.COUNTER, InstrumentType.HISTOGRAM],
};

/** Chooses the temporality of each kind of instrument, as OpenTelemetry's specification of the preference says. */
export function temporalityOf(
  preference: MetricsSettings['temporality'],
): (instrumentType: InstrumentType) => AggregationTemporality {
  return (instrumentType) => (DELTA_INSTRUMENTS[preference].includes(instrumentType) ? DELTA : CUMULATIVE);
}
