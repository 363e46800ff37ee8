import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Metric, promLabel, promName, promSeries } from './metric.ts';

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

test('a word that the name holds already is not said twice, and total stands last', () => {
  expect(promName(metric('x.seconds', 's', 'gauge'))).toBe('x_seconds');
  expect(promName(metric('x.total.bytes', 'By', 'counter'))).toBe('x_bytes_total');
});

test('a rate unit becomes two words', () => {
  expect(promName(metric('disk.throughput', 'By/s', 'gauge'))).toBe('disk_throughput_bytes_per_second');
});

test('a name that opens with a digit gets an underscore before it', () => {
  expect(promName(metric('2nd.try', '', 'gauge'))).toBe('_2nd_try');
  expect(promLabel('2nd.try')).toBe('key_2nd_try');
});

test('dots of an attribute become underscores, and its double underscores stay', () => {
  expect(promLabel('http.response.status_code')).toBe('http_response_status_code');
  expect(promLabel('a..b')).toBe('a__b');
});

test('a histogram is stored as three series, everything else as one', () => {
  expect(promSeries(metric('a', 's', 'histogram'))).toEqual(['a_seconds_bucket', 'a_seconds_sum', 'a_seconds_count']);
  expect(promSeries(metric('a', '{b}', 'counter'))).toEqual(['a_total']);
});

const kinds = fc.constantFrom<Metric['kind'][]>('counter', 'updowncounter', 'gauge', 'histogram');
/** What the OpenTelemetry API accepts as an instrument name, and more: anything with one letter or digit in it. */
const names = fc.string({ unit: 'grapheme' }).filter((name) => /[a-zA-Z0-9]/.test(name));
const units = fc.oneof(fc.constantFrom('s', 'By', '1', '{x}', 'By/s', '%', '/', '', 'constructor'), fc.string());

test('property: whatever the name, unit and kind, Prometheus would take the result', () => {
  fc.assert(
    fc.property(names, units, kinds, (name, unit, kind) => {
      expect(promName(metric(name, unit, kind))).toMatch(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
    }),
    { numRuns: 1000 },
  );
});

test('property: whatever the attribute key, Prometheus would take the label', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (key) => {
      expect(promLabel(key)).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/);
    }),
    { numRuns: 1000 },
  );
});
