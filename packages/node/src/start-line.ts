import type { TelemetrySettings } from '@vigil/config/environment';
import { failureText } from './failure-text.ts';
import type { InstrumentationEntry } from './instrumentations/entry.ts';

export interface StartLineFacts {
  readonly version: string;
  readonly serviceName: string;
  readonly settings: Pick<TelemetrySettings, 'traces' | 'metrics' | 'logs'>;
  readonly entries: readonly InstrumentationEntry[];
  /** Version of a package as the application finds it; nothing when it is not installed. */
  readonly installedVersion: (packageName: string) => string | undefined;
}

/**
 * The one line at start: who sends what where, and what is looked into. A package that is not installed is left out.
 *
 * @example
 * ```text
 * vigil 0.1.0: shop · traces+metrics+logs → http://127.0.0.1:4318 · instruments http, express 5.3.0 · runtime metrics
 * ```
 */
export function startLine({ version, serviceName, settings, entries, installedVersion }: StartLineFacts): string {
  const names = entries.flatMap(({ name, packages }) => {
    if (name === 'runtime-node') return [];
    if (packages === undefined) return [name];
    return packages.flatMap((packageName) => {
      const installed = installedVersion(packageName);
      return installed === undefined ? [] : [`${packageName} ${installed}`];
    });
  });
  const hasRuntimeMetrics =
    settings.metrics.exporters.length > 0 && entries.some(({ name }) => name === 'runtime-node');
  return [
    `vigil ${version}: ${failureText(serviceName)}`,
    ...destinations(settings),
    names.length === 0 ? 'instruments nothing' : `instruments ${names.join(', ')}`,
    ...(hasRuntimeMetrics ? ['runtime metrics'] : []),
  ].join(' · ');
}

function destinations({ traces, metrics, logs }: StartLineFacts['settings']): string[] {
  const signals = { traces, metrics, logs };
  const byPlace = new Map<string, string[]>();
  for (const [signal, { exporters, otlp }] of Object.entries(signals)) {
    for (const exporter of exporters) {
      const place = placeOf(exporter, signal, otlp.url, metrics);
      byPlace.set(place, [...(byPlace.get(place) ?? []), signal]);
    }
  }
  if (byPlace.size === 0) return ['sends nothing'];
  return [...byPlace].map(([place, names]) => `${names.join('+')} ${place}`);
}

function placeOf(
  exporter: 'otlp' | 'prometheus' | 'console',
  signal: string,
  otlpUrl: string,
  { prometheus }: TelemetrySettings['metrics'],
): string {
  if (exporter === 'console') return '→ console';
  if (exporter === 'prometheus') return `at http://${prometheus.host}:${prometheus.port}/metrics`;
  const url = new URL(otlpUrl);
  // Without user and password, and as the base the signals share.
  return `→ ${url.origin}${url.pathname.replace(`/v1/${signal}`, '').replace(/\/$/, '')}`;
}
