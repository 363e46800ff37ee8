import { diag } from '@opentelemetry/api';
import type { OtlpSettings, TelemetrySettings } from '@vigil/config/environment';
import { createExportPipeline, type ExportPipeline, type OtlpEndpoint } from '@vigil/otlp-exporter';
import { VERSION } from '../version.ts';

type SignalSettings = Pick<TelemetrySettings, 'traces' | 'metrics' | 'logs'>;

/** The one way out of the process, for all signals that go by OTLP; nothing, and no worker, when none does. */
export function createPipeline({ traces, metrics, logs }: SignalSettings): ExportPipeline | undefined {
  const endpoints = {
    traces: endpointOf(traces),
    metrics: endpointOf(metrics),
    logs: endpointOf(logs),
  };
  if (Object.values(endpoints).every((endpoint) => endpoint === undefined)) return undefined;
  return createExportPipeline({
    endpoints,
    ringBytes: traces.ringBytes,
    limits: { batchMillis: traces.scheduledDelayMillis },
    userAgent: `vigil-node/${VERSION}`,
    log: (line) => diag.warn(line),
  });
}

interface OtlpSignalSettings {
  readonly exporters: readonly string[];
  readonly otlp: OtlpSettings;
}

const endpointOf = ({ exporters, otlp }: OtlpSignalSettings): OtlpEndpoint | undefined =>
  exporters.includes('otlp') ? otlp : undefined;
