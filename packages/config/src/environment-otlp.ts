import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { EnvironmentReader } from './environment-reader.ts';

/** Where the stack's collector listens for OTLP over HTTP. IPv4 by number: `localhost` may be resolved to `::1` first. */
const ENDPOINT_DEFAULT = 'http://127.0.0.1:4318';

/** How one signal is sent with OTLP http/protobuf. */
export interface OtlpSettings {
  /** Full address: `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Time for one attempt, from name lookup to the last byte of the answer, in milliseconds. Default: 5,000. */
  readonly timeoutMillis: number;
  /** Default: gzip, level 1. */
  readonly compression: 'none' | 'gzip' | 'zstd';
  /** Paths of PEM files; nothing means what Node.js trusts, and no client certificate. */
  readonly certificateFile: string | undefined;
  readonly clientCertificateFile: string | undefined;
  readonly clientKeyFile: string | undefined;
}

export type OtlpSignal = 'traces' | 'metrics' | 'logs';

/** Reads the `OTEL_EXPORTER_OTLP_*` variables of one signal; the signal's own variable wins over the general one. */
export function readOtlp(reader: EnvironmentReader, signal: OtlpSignal): OtlpSettings {
  const nameOf = (suffix: string) => {
    const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${suffix}`;
    const general = `OTEL_EXPORTER_OTLP_${suffix}`;
    return reader.text(own) === undefined ? general : own;
  };
  const protocol = nameOf('PROTOCOL');
  if (![undefined, 'http/protobuf'].includes(reader.text(protocol))) {
    reader.report(protocol, `only http/protobuf is spoken, got "${reader.text(protocol)}"; using http/protobuf`);
  }
  return {
    url: readUrl(reader, signal),
    headers: {
      ...readHeaders(reader, 'OTEL_EXPORTER_OTLP_HEADERS'),
      ...readHeaders(reader, `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_HEADERS`),
    },
    timeoutMillis: reader.integer(nameOf('TIMEOUT'), 5_000, { minimum: 1, maximum: 600_000 }),
    compression: reader.oneOf(nameOf('COMPRESSION'), ['none', 'gzip', 'zstd'], 'gzip'),
    certificateFile: reader.text(nameOf('CERTIFICATE')),
    clientCertificateFile: reader.text(nameOf('CLIENT_CERTIFICATE')),
    clientKeyFile: reader.text(nameOf('CLIENT_KEY')),
  };
}

/** A header that HTTP cannot carry is left out; its value is not shown, it may be a secret. */
function readHeaders(reader: EnvironmentReader, name: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [key, value] of Object.entries(reader.pairs(name))) {
    try {
      validateHeaderName(key);
      validateHeaderValue(key, value);
      headers[key] = value;
    } catch {
      reader.report(name, `"${key.replace(/[^\x20-\x7e]/g, '?')}" is not a header that can be sent; left it out`);
    }
  }
  return headers;
}

/** The signal's own endpoint is used as it is; the general one is a base that `/v1/<signal>` is appended to. */
function readUrl(reader: EnvironmentReader, signal: OtlpSignal): string {
  const own = readHttpUrl(reader, `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`);
  if (own !== undefined) return own.href;
  const base = readHttpUrl(reader, 'OTEL_EXPORTER_OTLP_ENDPOINT') ?? new URL(ENDPOINT_DEFAULT);
  base.pathname = `${base.pathname.replace(/\/$/, '')}/v1/${signal}`;
  return base.href;
}

function readHttpUrl(reader: EnvironmentReader, name: string): URL | undefined {
  const text = reader.text(name);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  reader.report(name, `expected an http or https URL, got "${text}"; using ${ENDPOINT_DEFAULT}`);
  return undefined;
}
