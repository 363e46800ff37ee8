import { expect, test } from '@jest/globals';
import { type ExportPipelineOptions, resolvePipelineOptions } from './export-pipeline-options.ts';

const URL_OF_TRACES = 'http://127.0.0.1:4318/v1/traces';

test('defaults: a worker, gzip, 5 s an attempt, nothing else', () => {
  const { worker, ringBytes, settings } = resolvePipelineOptions({ endpoints: { traces: { url: URL_OF_TRACES } } });
  expect([worker, ringBytes]).toEqual(['auto', undefined]);
  expect(settings.endpoints).toEqual({
    traces: { url: URL_OF_TRACES, headers: {}, compression: 'gzip', timeoutMillis: 5_000 },
  });
});

test('one error names every option that is wrong, with what was expected and what came', () => {
  const wrong = {
    endpoints: {
      traces: { url: 'ftp://collector', compression: 'br', timeoutMillis: 0, headers: { 'a b': 'x', ok: 'secret\n' } },
      logs: { url: 'collector:4318' },
    },
    ringBytes: 65_535,
    worker: 'always',
    log: 7,
    userAgent: 'a\r\nb',
  } as unknown as ExportPipelineOptions;
  const problems = [
    "endpoints.traces.url: expected an http: or https: address, got 'ftp://collector'",
    "endpoints.traces.compression: expected 'none' or 'gzip' or 'zstd', got 'br'",
    'endpoints.traces.timeoutMillis: expected a whole number from 1 to 600000, got 0',
    "endpoints.traces.headers: 'a b' is not a header that can be sent",
    "endpoints.traces.headers: 'ok' is not a header that can be sent",
    "endpoints.logs.url: expected an http: or https: address, got 'collector:4318'",
    'ringBytes: expected a whole number from 65536 to 1073741824, got 65535',
    "worker: expected 'auto' or 'never', got 'always'",
    'log: expected a function, got 7',
    "userAgent: 'User-Agent' is not a header that can be sent",
  ];
  expect(() => resolvePipelineOptions(wrong)).toThrow(new TypeError(`createExportPipeline: ${problems.join('; ')}`));
});

test('a number of the loop out of its range is named as well', () => {
  const options = {
    endpoints: { traces: { url: URL_OF_TRACES } },
    breaker: { failuresToOpen: 0 },
    limits: { batchMillis: -1 },
  };
  expect(() => resolvePipelineOptions(options)).toThrow(
    /limits\.batchMillis: .*got -1.*breaker\.failuresToOpen: .*got 0/,
  );
});

test('what is not known is not passed on: it could not be given to a worker', () => {
  const endpoint = { url: URL_OF_TRACES, callback: () => undefined };
  const { settings } = resolvePipelineOptions({ endpoints: { traces: endpoint } });
  expect(() => structuredClone(settings)).not.toThrow();
});
