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
    traces: {
      exporters: ['otlp'],
      sampling: {
        kind: 'retention',
        retention: { ratio: 0.1, slowThresholdMillis: 1_000, criticalRoutes: [], healthCheckRoutes: undefined },
      },
      scheduledDelayMillis: 100,
      ringBytes: 8_388_608,
    },
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
  ['OTEL_BLRP_MAX_QUEUE_SIZE', '0', 'expected an integer from 1 to 1000000, got "0"; using 2048'],
  ['OTEL_BLRP_MAX_QUEUE_SIZE', '10.5', 'expected an integer from 1 to 1000000, got "10.5"; using 2048'],
  ['OTEL_BLRP_SCHEDULE_DELAY', '-1', 'expected an integer from 0 to 3600000, got "-1"; using 1000'],
  ['OTEL_BSP_SCHEDULE_DELAY', '60001', 'expected an integer from 0 to 60000, got "60001"; using 100'],
  ['OTEL_BSP_MAX_QUEUE_SIZE', '100', 'not supported, ignored'],
  ['VIGIL_RING_BYTES', '8 MiB', 'expected an integer from 1048576 to 268435456, got "8 MiB"; using 8388608'],
  ['VIGIL_SAMPLING_RATIO', '10', 'expected a number from 0 to 1, got "10"; using 0.1'],
  ['VIGIL_SAMPLING_SLOW_MILLIS', 'slow', 'expected an integer ≥ 0, got "slow"; using 1000'],
  ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'long', 'expected an integer ≥ 0, got "long"; using no limit'],
  ['OTEL_EXPORTER_PROMETHEUS_PORT', '65536', 'expected an integer from 0 to 65535, got "65536"; using 9464'],
  ['OTEL_TRACES_EXPORTER', 'zipkin', 'expected otlp, console or none, got "zipkin"; using otlp'],
  [
    'OTEL_PROPAGATORS',
    'tracecontext,b3',
    'expected tracecontext, baggage or none, got "b3"; using tracecontext,baggage',
  ],
  ['OTEL_EXPORTER_OTLP_COMPRESSION', 'br', 'expected none, gzip, zstd, got "br"; using gzip'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'only http/protobuf is spoken, got "grpc"; using http/protobuf'],
])('%s=%s is reported once and its default is used', (name, value, problem) => {
  expect(parseEnvironment({ [name]: value })).toEqual({
    settings: parseEnvironment({}).settings,
    problems: [`${name}: ${problem}`],
  });
});

test('every problem is collected, not only the first', () => {
  expect(
    problemsOf({ OTEL_BLRP_MAX_QUEUE_SIZE: 'a', OTEL_TRACES_SAMPLER: 'b', OTEL_METRICS_EXPORTER: 'c' }),
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

test('a URL with a password in a variable that takes no URL is reported without it', () => {
  const { problems } = parseEnvironment({
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http://me:secret@otel:4318',
    OTEL_LOG_LEVEL: 'x//a:secret@b',
  });
  expect(problems).toHaveLength(2);
  expect(problems.join()).toContain('//***@otel:4318');
  expect(problems.join()).not.toContain('secret');
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
    OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'none',
    OTEL_EXPORTER_OTLP_CERTIFICATE: 'ca.pem',
  });
  expect(traces.otlp).toMatchObject({ timeoutMillis: 500, compression: 'none', certificateFile: 'ca.pem' });
  expect(logs.otlp).toMatchObject({ timeoutMillis: 2000, compression: 'gzip' });
});

test('a batch is never larger than its queue, and only an asked-for batch size is reported', () => {
  expect(settingsOf({ OTEL_BLRP_MAX_QUEUE_SIZE: '100' }).logs.batch.maxExportBatchSize).toBe(100);
  expect(problemsOf({ OTEL_BLRP_MAX_QUEUE_SIZE: '100' })).toEqual([]);
  expect(problemsOf({ OTEL_BLRP_MAX_QUEUE_SIZE: '100', OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '101' })).toHaveLength(1);
});

test('the export timeout of metrics is never above the interval', () => {
  const { metrics } = settingsOf({ OTEL_METRIC_EXPORT_INTERVAL: '5000' });
  expect(metrics).toMatchObject({ exportIntervalMillis: 5_000, exportTimeoutMillis: 5_000 });
  expect(problemsOf({ OTEL_METRIC_EXPORT_INTERVAL: '5000', OTEL_METRIC_EXPORT_TIMEOUT: '5001' })).toHaveLength(1);
});

test('a set OTEL_TRACES_SAMPLER decides alone; its argument is a share from 0 to 1', () => {
  const sampling = (name: string, ratio: string) =>
    settingsOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }).traces.sampling;
  const standard = (name: string, ratio: number) => ({ kind: 'standard', standard: { name, ratio } });
  expect(sampling('traceidratio', '1.01')).toEqual(standard('traceidratio', 1));
  expect(sampling('parentbased_traceidratio', '0.25')).toEqual(standard('parentbased_traceidratio', 0.25));
  expect(sampling('always_off', '0.25')).toEqual(standard('always_off', 1));
  expect(problemsOf({ OTEL_TRACES_SAMPLER: 'always_on', VIGIL_SAMPLING_RATIO: '0.5' })).toEqual([
    'VIGIL_SAMPLING_RATIO: no effect, OTEL_TRACES_SAMPLER decides',
  ]);
});

test('without it errors, slow traces, critical routes and a share of the rest are kept, each by its variable', () => {
  const sampling = (variables: Record<string, string>) => settingsOf(variables).traces.sampling;
  expect(
    sampling({
      VIGIL_SAMPLING_RATIO: '0',
      VIGIL_SAMPLING_SLOW_MILLIS: 'Adaptive',
      VIGIL_SAMPLING_CRITICAL_ROUTES: '/checkout, /orders/:id',
      VIGIL_SAMPLING_HEALTH_CHECK_ROUTES: '/up',
    }),
  ).toEqual({
    kind: 'retention',
    retention: {
      ratio: 0,
      slowThresholdMillis: 'adaptive',
      criticalRoutes: ['/checkout', '/orders/:id'],
      healthCheckRoutes: ['/up'],
    },
  });
});

test('a header that HTTP cannot carry is left out, and its value is not printed', () => {
  const { settings, problems } = parseEnvironment({ OTEL_EXPORTER_OTLP_HEADERS: 'a b=secret,c=secret%0d%0ax,ok=1' });
  expect(settings.traces.otlp.headers).toEqual({ ok: '1' });
  expect(problems).toHaveLength(2);
  expect(problems.join()).not.toContain('secret');
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
    expect.stringMatching(/^VIGIL_QUITE: unknown variable, ignored; an application knows VIGIL_ENABLED, VIGIL_QUIET, /),
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

test('an interval above the longest delay of Node.js, 2,147,483,647 ms, would be one of 1 ms: it is refused', () => {
  const name = 'OTEL_METRIC_EXPORT_INTERVAL';
  expect(settingsOf({ [name]: '2147483647' }).metrics.exportIntervalMillis).toBe(2_147_483_647);
  expect(settingsOf({ [name]: '2147483648' }).metrics.exportIntervalMillis).toBe(60_000);
  expect(problemsOf({ [name]: '2147483648' })).toHaveLength(1);
});

test('what is no route is left out and said, by its position', () => {
  const name = 'VIGIL_SAMPLING_CRITICAL_ROUTES';
  const sampling = (value: string) => settingsOf({ [name]: value }).traces.sampling;
  expect(sampling('/a,checkout')).toMatchObject({ retention: { criticalRoutes: ['/a'] } });
  expect(sampling('checkout')).toMatchObject({ retention: { criticalRoutes: [] } });
  expect(problemsOf({ [name]: '/a,checkout' })).toEqual([
    `${name}: expected a route such as /orders at position 2; left it out`,
  ]);
  const many = Array.from({ length: 501 }, (_, index) => `/${index}`).join();
  expect(problemsOf({ [name]: many })).toEqual([`${name}: more than 500 routes; left out the rest`]);
});
