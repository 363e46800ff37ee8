import type { TelemetrySettings } from '@vigil/config/environment';
import { type Diagnosis, instrumentationWords } from '@vigil/instrumentation/report';
import { failureText } from './failure-text.ts';

export interface StartLineFacts {
  readonly version: string;
  readonly serviceName: string;
  readonly settings: Pick<TelemetrySettings, 'traces' | 'metrics' | 'logs'>;
  readonly diagnosis: Diagnosis;
}

/**
 * The one line at start: who sends what where, what is looked into and what is not.
 *
 * @example
 * ```text
 * vigil 0.1.0: shop · traces+metrics+logs → http://127.0.0.1:4318 · Node.js 24.21.0, ESM · instruments http, undici by channel; express 5.3.0 by patch · runtime metrics
 * ```
 */
export function startLine({ version, serviceName, settings, diagnosis }: StartLineFacts): string {
  return [
    `vigil ${version}: ${failureText(serviceName)}`,
    ...destinations(settings),
    ...instrumentationWords(diagnosis),
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
