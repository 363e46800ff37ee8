import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseEnvironment, readEnvironment } from './environment.ts';

const problemsOf = (variables: Record<string, string>) => parseEnvironment(variables).problems;
const settingsOf = (variables: Record<string, string>) => parseEnvironment(variables).settings;

test('an empty environment gives the defaults and no problem', () => {
  const { settings, problems } = parseEnvironment({});
  expect(problems).toEqual([]);
  expect(settings).toMatchObject({
    disabledBy: undefined,
    quiet: false,
    workers: false,
    logLevel: 'warn',
    serviceName: undefined,
    propagators: ['tracecontext', 'baggage'],
    traces: { exporters: ['otlp'], sampler: { name: 'parentbased_always_on', ratio: 1 } },
    metrics: { exporters: ['otlp'], temporality: 'cumulative', exportIntervalMillis: 60_000 },
    logs: { exporters: ['otlp'], batch: { scheduledDelayMillis: 1_000 } },
  });
  expect(settings.traces.otlp.url).toBe('http://127.0.0.1:4318/v1/traces');
  expect(settings.metrics.prometheus).toEqual({ host: '127.0.0.1', port: 9464 });
});

test('an empty value is an unset value', () => {
  expect(parseEnvironment({ OTEL_SERVICE_NAME: ' ', OTEL_SDK_DISABLED: '' })).toEqual(parseEnvironment({}));
});

test.each([
  ['OTEL_SDK_DISABLED', 'yes', 'expected true or false, got "yes"; using false'],
  ['VIGIL_QUIET', '1', 'expected true or false, got "1"; using false'],
  ['OTEL_LOG_LEVEL', 'loud', 'expected none, error, warn, info, debug, verbose, all, got "loud"; using warn'],
  ['OTEL_BSP_MAX_QUEUE_SIZE', '0', 'expected an integer ≥ 1, got "0"; using 2048'],
  ['OTEL_BSP_MAX_QUEUE_SIZE', '10.5', 'expected an integer ≥ 1, got "10.5"; using 2048'],
  ['OTEL_BLRP_SCHEDULE_DELAY', '-1', 'expected an integer ≥ 0, got "-1"; using 1000'],
  ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'long', 'expected an integer ≥ 0, got "long"; using no limit'],
  ['OTEL_EXPORTER_PROMETHEUS_PORT', '65536', 'expected an integer from 0 to 65535, got "65536"; using 9464'],
  ['OTEL_TRACES_EXPORTER', 'zipkin', 'expected otlp, console or none, got "zipkin"; using otlp'],
  [
    'OTEL_PROPAGATORS',
    'tracecontext,b3',
    'expected tracecontext, baggage or none, got "b3"; using tracecontext,baggage',
  ],
  ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd', 'expected none, gzip, got "zstd"; using none'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'only http/protobuf is spoken, got "grpc"; using http/protobuf'],
])('%s=%s is reported once and its default is used', (name, value, problem) => {
  expect(parseEnvironment({ [name]: value })).toEqual({
    settings: parseEnvironment({}).settings,
    problems: [`${name}: ${problem}`],
  });
});

test('every problem is collected, not only the first', () => {
  expect(
    problemsOf({ OTEL_BSP_MAX_QUEUE_SIZE: 'a', OTEL_TRACES_SAMPLER: 'b', OTEL_METRICS_EXPORTER: 'c' }),
  ).toHaveLength(3);
});

test('OTEL_SDK_DISABLED=true and VIGIL_ENABLED=false each switch telemetry off', () => {
  expect(settingsOf({ OTEL_SDK_DISABLED: 'TRUE' }).disabledBy).toBe('OTEL_SDK_DISABLED=true');
  expect(settingsOf({ VIGIL_ENABLED: 'false' }).disabledBy).toBe('VIGIL_ENABLED=false');
  expect(settingsOf({ VIGIL_ENABLED: 'true' }).disabledBy).toBeUndefined();
});

test('OTEL_SERVICE_NAME wins over service.name of OTEL_RESOURCE_ATTRIBUTES', () => {
  const attributes = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a,deployment.environment.name=pro%64,bad,=x,k=%zz' };
  expect(settingsOf(attributes).serviceName).toBe('a');
  expect(settingsOf({ ...attributes, OTEL_SERVICE_NAME: 'b' }).serviceName).toBe('b');
  expect(settingsOf(attributes).resourceAttributes).toEqual({
    'service.name': 'a',
    'deployment.environment.name': 'prod',
  });
  expect(problemsOf(attributes).map((problem) => problem.match(/position \d/)?.[0])).toEqual([
    'position 3',
    'position 4',
    'position 5',
  ]);
});

test('a signal is switched off by none, and prometheus goes together with otlp', () => {
  expect(settingsOf({ OTEL_TRACES_EXPORTER: 'none' }).traces.exporters).toEqual([]);
  expect(settingsOf({ OTEL_METRICS_EXPORTER: 'otlp, Prometheus,otlp' }).metrics.exporters).toEqual([
    'otlp',
    'prometheus',
  ]);
});

test('the general endpoint is a base, the signal’s own endpoint is taken as it is', () => {
  const base = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example:8443/in/' };
  expect(settingsOf(base).logs.otlp.url).toBe('https://otel.example:8443/in/v1/logs');
  const own = { ...base, OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://other.example/logs' };
  expect(settingsOf(own).logs.otlp.url).toBe('http://other.example/logs');
  expect(settingsOf(own).traces.otlp.url).toBe('https://otel.example:8443/in/v1/traces');
});

test('an endpoint that is no http URL is reported without its password', () => {
  const { settings, problems } = parseEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: 'grpc://me:secret@otel:4317' });
  expect(settings.traces.otlp.url).toBe('http://127.0.0.1:4318/v1/traces');
  expect(problems).toEqual([
    'OTEL_EXPORTER_OTLP_ENDPOINT: expected an http or https URL, got "grpc://***@otel:4317"; using http://127.0.0.1:4318',
  ]);
});

test('headers of a signal are added to the general ones, and a bad one is not printed', () => {
  const { settings, problems } = parseEnvironment({
    OTEL_EXPORTER_OTLP_HEADERS: 'a=1,authorization=Bearer%20x',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=2,secret',
  });
  expect(settings.traces.otlp.headers).toEqual({ a: '2', authorization: 'Bearer x' });
  expect(settings.logs.otlp.headers).toEqual({ a: '1', authorization: 'Bearer x' });
  expect(problems.join()).not.toContain('secret');
  expect(problems).toHaveLength(1);
});

test('a timeout, compression or certificate of a signal wins over the general one', () => {
  const { traces, logs } = settingsOf({
    OTEL_EXPORTER_OTLP_TIMEOUT: '2000',
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '500',
    OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_CERTIFICATE: 'ca.pem',
  });
  expect(traces.otlp).toMatchObject({ timeoutMillis: 500, compression: 'gzip', certificateFile: 'ca.pem' });
  expect(logs.otlp).toMatchObject({ timeoutMillis: 2000, compression: 'none' });
});

test('a batch is never larger than its queue, and only an asked-for batch size is reported', () => {
  expect(settingsOf({ OTEL_BSP_MAX_QUEUE_SIZE: '100' }).traces.batch.maxExportBatchSize).toBe(100);
  expect(problemsOf({ OTEL_BSP_MAX_QUEUE_SIZE: '100' })).toEqual([]);
  expect(problemsOf({ OTEL_BLRP_MAX_QUEUE_SIZE: '100', OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '101' })).toHaveLength(1);
});

test('the export timeout of metrics is never above the interval', () => {
  const { metrics } = settingsOf({ OTEL_METRIC_EXPORT_INTERVAL: '5000' });
  expect(metrics).toMatchObject({ exportIntervalMillis: 5_000, exportTimeoutMillis: 5_000 });
  expect(problemsOf({ OTEL_METRIC_EXPORT_INTERVAL: '5000', OTEL_METRIC_EXPORT_TIMEOUT: '5001' })).toHaveLength(1);
});

test('the sampler’s argument is a share from 0 to 1, read only by the samplers that have one', () => {
  const sampler = (name: string, ratio: string) =>
    settingsOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }).traces.sampler;
  expect(sampler('parentbased_traceidratio', '0.25')).toEqual({ name: 'parentbased_traceidratio', ratio: 0.25 });
  expect(sampler('traceidratio', '1.01')).toEqual({ name: 'traceidratio', ratio: 1 });
  expect(sampler('always_off', '0.25')).toEqual({ name: 'always_off', ratio: 1 });
});

test('the general attribute limits apply to spans and log records, their own limits win', () => {
  const { traces, logs } = settingsOf({
    OTEL_ATTRIBUTE_COUNT_LIMIT: '10',
    OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '0',
    OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '20',
  });
  expect(traces.limits).toMatchObject({ attributeCountLimit: 10, attributeValueLengthLimit: 0 });
  expect(logs.limits).toEqual({ attributeCountLimit: 20, attributeValueLengthLimit: 0 });
});

test('an unknown VIGIL_ variable and an unsupported standard one are reported', () => {
  expect(problemsOf({ VIGIL_QUITE: 'true', OTEL_CONFIG_FILE: 'otel.yaml', OTHER: 'x' })).toEqual([
    'VIGIL_QUITE: unknown variable, ignored; an application knows VIGIL_ENABLED, VIGIL_QUIET, VIGIL_WORKERS',
    'OTEL_CONFIG_FILE: not supported, ignored',
  ]);
});

test.each(['versions.env', 'stack.env'])('no variable of %s is unknown to an application', (file) => {
  const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const variables = Object.fromEntries(
    [...text.matchAll(/^(VIGIL_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  expect(Object.keys(variables).length).toBeGreaterThan(5);
  expect(parseEnvironment(variables).problems).toEqual([]);
});

test('readEnvironment reads this process', () => {
  expect(readEnvironment().settings.metrics.prometheus.host).toBe('127.0.0.1');
});
