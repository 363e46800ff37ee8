import type { MetricData, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import type { Metric } from '@vigil/conventions';
import type { PointWithExemplars } from '../src/exemplar/exemplar.ts';

/** An entry as the dictionary could have it. */
export const entry = (name: string, kind: Metric['kind'], more: Partial<Metric> = {}): Metric => ({
  name,
  unit: 's',
  kind,
  attributes: ['route'],
  boundaries: [0.1, 1],
  description: `The ${name}.`,
  source: '@vigil/instrumentation/test',
  ...more,
});
export const TOOK = entry('took', 'histogram');
export const ORDERS = entry('orders', 'counter', { unit: '{order}' });
export const OPEN = entry('open', 'updowncounter', { source: 'other' });
export const LEVEL = entry('level', 'gauge');

export const metricsOf = (scopes: readonly ScopeMetrics[]): readonly MetricData[] =>
  scopes.flatMap(({ metrics }) => metrics);
export function pointsOf<Value = number>(
  scopes: readonly ScopeMetrics[],
  name: string,
): readonly PointWithExemplars<Value>[] {
  const found = metricsOf(scopes).find(({ descriptor }) => descriptor.name === name);
  return (found?.dataPoints ?? []) as unknown as PointWithExemplars<Value>[];
}
export const valuesOf = (scopes: readonly ScopeMetrics[], name: string) =>
  pointsOf(scopes, name).map(({ attributes, value }) => [attributes.route, value]);
