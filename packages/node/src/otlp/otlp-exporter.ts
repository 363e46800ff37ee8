import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { diag } from '@opentelemetry/api';
import { createOtlpNetworkExportDelegate, ExporterMetrics } from '@opentelemetry/otlp-exporter-base';
import type { IExporterMetricsHelper, ISerializer } from '@opentelemetry/otlp-transformer';
import type { OtlpSettings, OtlpSignal } from '@vigil/config/environment';
import { failureText } from '../failure-text.ts';
import { VERSION } from '../version.ts';
import { HandOverExporter } from './hand-over-exporter.ts';
import { post } from './http-post.ts';
import type { RetryGate } from './retry.ts';
import { createTransport } from './transport.ts';

/** Batches of one signal on their way at a time; one more is dropped, and said so. Bounds memory while a collector hangs. */
const CONCURRENCY_LIMIT = 8;

const SOCKETS_MAXIMUM = 4;

/** What one signal adds to the exporter all three share. */
export interface OtlpEncoding<Items, Response> {
  readonly signal: OtlpSignal;
  readonly serializer: ISerializer<Items, Response>;
  readonly metricsHelper: IExporterMetricsHelper<Items>;
}

/** Builds the exporter of one signal: OTLP http/protobuf to `settings.url`. */
export function createOtlpExporter<Items, Response>(
  { signal, serializer, metricsHelper }: OtlpEncoding<Items, Response>,
  settings: OtlpSettings,
  gate: RetryGate,
): HandOverExporter<Items> {
  const url = new URL(settings.url);
  const wire = {
    url,
    headers: {
      ...settings.headers,
      'Content-Type': 'application/x-protobuf',
      ...(settings.compression === 'gzip' && { 'Content-Encoding': 'gzip' }),
      'User-Agent': `vigil-node/${VERSION}`,
    },
    agent: createAgent(url, settings),
  };
  const transport = createTransport({
    post: (body, timeoutMillis) => post(wire, body, timeoutMillis),
    compression: settings.compression,
    gate,
    nowMillis: () => performance.now(),
    random: Math.random,
  });
  const metrics = new ExporterMetrics<Items>({
    componentType: `otlp_http_${metricsHelper.name}_exporter`,
    metricsHelper,
    url: settings.url,
    meterProvider: undefined,
    responseAttributesFromError: () => ({}),
  });
  const shared = { ...settings, concurrencyLimit: CONCURRENCY_LIMIT };
  return new HandOverExporter(createOtlpNetworkExportDelegate(shared, serializer, metrics, transport), (error) => {
    diag.error(`${signal} lost, ${url.origin}${url.pathname} did not take them: ${failureText(error)}`);
  });
}

function createAgent(url: URL, settings: OtlpSettings): http.Agent {
  const options = { keepAlive: true, maxSockets: SOCKETS_MAXIMUM };
  if (url.protocol === 'http:') return new http.Agent(options);
  return new https.Agent({
    ...options,
    ...pem('ca', settings.certificateFile),
    ...pem('cert', settings.clientCertificateFile),
    ...pem('key', settings.clientKeyFile),
  });
}

function pem(option: 'ca' | 'cert' | 'key', path: string | undefined): { [option: string]: Buffer } {
  if (path === undefined) return {};
  try {
    return { [option]: readFileSync(path) };
  } catch (error) {
    diag.error(`cannot read the OTLP certificate file, going on without: ${failureText(error)}`);
    return {};
  }
}
