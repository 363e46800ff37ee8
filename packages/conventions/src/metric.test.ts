import { expect, test } from '@jest/globals';
import { type Metric, promLabel, promName } from './metric.ts';

const metric = (name: string, unit: string, kind: Metric['kind']): Metric => ({
  name,
  unit,
  kind,
  attributes: [],
  description: '',
  source: 'test',
});

test('a histogram in seconds ends in _seconds, not _s', () => {
  expect(promName(metric('http.server.request.duration', 's', 'histogram'))).toBe(
    'http_server_request_duration_seconds',
  );
});

test('a counter with an annotation unit ends in _total only', () => {
  expect(promName(metric('otel.sdk.span.started', '{span}', 'counter'))).toBe('otel_sdk_span_started_total');
});

test('a counter in seconds ends in _seconds_total', () => {
  expect(promName(metric('nodejs.eventloop.time', 's', 'counter'))).toBe('nodejs_eventloop_time_seconds_total');
});

test('only a gauge of unit 1 ends in _ratio', () => {
  expect(promName(metric('nodejs.eventloop.utilization', '1', 'gauge'))).toBe('nodejs_eventloop_utilization_ratio');
  expect(promName(metric('x.y', '1', 'updowncounter'))).toBe('x_y');
});

test('dots of an attribute become underscores', () => {
  expect(promLabel('http.response.status_code')).toBe('http_response_status_code');
});
