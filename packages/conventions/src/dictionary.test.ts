import { expect, test } from '@jest/globals';
import { DECLARED_SERIES, METRICS, NATIVE_METRICS } from './dictionary.ts';
import { promName } from './metric.ts';

test('no metric is declared twice, neither by its OpenTelemetry name nor by its Prometheus name', () => {
  const names = METRICS.map(({ name }) => name);
  const stored = [...METRICS.map(promName), ...NATIVE_METRICS.map(({ name }) => name)];
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(stored).size).toBe(stored.length);
});

test('the dictionary knows the names that rules on the web get wrong', () => {
  for (const name of [
    'http_server_request_duration_seconds_bucket',
    'nodejs_eventloop_utilization_ratio',
    'otelcol_exporter_send_failed_spans_total',
    'target_info',
  ]) {
    expect(DECLARED_SERIES).toContain(name);
  }
  expect(DECLARED_SERIES).not.toContain('otelcol_exporter_send_failed_spans');
  expect(DECLARED_SERIES).not.toContain('nodejs_eventloop_utilization');
});

test('every counter of the stack ends in _total and no gauge does', () => {
  for (const { name, kind } of NATIVE_METRICS) expect(name.endsWith('_total')).toBe(kind === 'counter');
});

test('buckets rise', () => {
  for (const { boundaries = [] } of METRICS) {
    expect([...boundaries].sort((a, b) => a - b)).toEqual(boundaries);
  }
});

test('every description is a sentence', () => {
  for (const { description } of [...METRICS, ...NATIVE_METRICS]) expect(description).toMatch(/\.$/);
});
