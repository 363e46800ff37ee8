import { createHash } from 'node:crypto';
import type { Signal } from './otlp-schema.ts';

const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'sender' } }] };
const nanos = () => (BigInt(Date.now()) * 1_000_000n).toString();
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const digest = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length);

/** A request of `count` spans named `<prefix>-<n>`, each a trace of its own. */
export function spans(prefix: string, count: number, extra: object = {}): unknown {
  const list = names(prefix, count).map((name) => ({
    traceId: digest(name, 32),
    spanId: digest(name, 16),
    name,
    kind: 2,
    startTimeUnixNano: nanos(),
    endTimeUnixNano: nanos(),
    ...extra,
  }));
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'e2e' }, spans: list }] }] };
}

/** A request of `count` gauges named `<prefix>-<n>` with one point each. */
export function gauges(prefix: string, count: number): unknown {
  const metrics = names(prefix, count).map((name) => ({
    name,
    gauge: { dataPoints: [{ timeUnixNano: nanos(), asDouble: 1 }] },
  }));
  return { resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: 'e2e' }, metrics }] }] };
}

/** A request of `count` log records whose bodies are `<prefix>-<n>`. */
export function logRecords(prefix: string, count: number): unknown {
  const list = names(prefix, count).map((name) => ({ timeUnixNano: nanos(), body: { stringValue: name } }));
  return { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'e2e' }, logRecords: list }] }] };
}

const PATHS = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
} as const;

/** Names (spans, metrics) or bodies (log records) of everything in some export requests. */
export function items(signal: Signal, bodies: readonly Record<string, unknown>[]): string[] {
  let level: readonly Record<string, unknown>[] = bodies;
  for (const key of PATHS[signal]) level = level.flatMap((one) => (one[key] ?? []) as Record<string, unknown>[]);
  return level.map((item) => String(item.name ?? (item.body as { stringValue?: string } | undefined)?.stringValue));
}
