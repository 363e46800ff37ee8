import { type Sink, type SinkStep, startSink } from '@vigil-internal/otlp-sink';
import { freePorts } from '../../../collector/otlp-sink.ts';

/** The scripted sink as these rows ask it: how many different spans it has of one run. */
export interface Collector {
  readonly url: string;
  readonly sink: Sink;
  /** Different spans of this `service.name` that came. */
  spansOf(service: string): Promise<number>;
  close(): Promise<void>;
}

/** Starts a collector that meets every request with `step`. Default: takes everything. */
export async function startCollector(step?: SinkStep): Promise<Collector> {
  const sink = await startSink();
  if (step !== undefined) await sink.behave(step);
  return {
    url: sink.url,
    sink,
    spansOf: async (service) => (await sink.tally()).services[service] ?? 0,
    close: () => sink.close(),
  };
}

/** What tells an application where to send, and by what name its spans are found again. */
export const collectorEnvironment = ({ url }: { readonly url: string }, service: string): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_SERVICE_NAME: service,
});

/** An address nobody listens on. */
export const absentCollector = async (): Promise<{ readonly url: string }> => ({
  url: `http://127.0.0.1:${(await freePorts(1))[0]}`,
});
