import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { requires } from '../requirement.ts';
import { eventually } from '../stack/eventually.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';
import { gauges, items, logRecords, spans } from './otlp-requests.ts';
import { SIGNALS, type Signal } from './otlp-schema.ts';
import { type OtlpSink, startOtlpSink } from './otlp-sink.ts';
import { noCollector, type RunningCollector, startCollector } from './running-collector.ts';

const test = requires(noCollector);
const file = (name: string) => new URL(`testdata/${name}`, import.meta.url);
const readJson = (name: string): unknown => JSON.parse(readFileSync(file(name), 'utf8'));

/** What stands in testdata/*.json and must not reach a store. */
const SECRETS = [
  ...['4111 1111 1111 1111', '5555555555554444', '378282246310005', '6011111111111117'],
  ...['c2hvcDpvcGVuLXNlc2FtZQ', 's3ss10n', 'hunter2', 'tok_9f8e7d', 'correct horse', 'sk_live_51H', 's3cr3t-pw'],
  ...['abcdef123456', 'abcdefghijklmnop1234', 'eyJ', 'plain-token', 'shhh', 'letmein'],
];
/** What looks like a secret and must arrive. */
const HARMLESS = ['1234567890123456', '3 tokens used', 'gen_ai.usage.input_tokens', '"4111111111111111"'];

let sink: OtlpSink;
let collector: RunningCollector;

beforeAll(async () => {
  if (noCollector !== undefined) return;
  sink = await startOtlpSink();
  collector = await startCollector({ sink: sink.url });
});
afterAll(async () => {
  await collector?.dispose();
  await sink?.close();
});
beforeEach(() => {
  sink?.received.splice(0);
});

const arrived = (signal: Signal, count: number) =>
  eventually(`${count} ${signal}`, WORST_CASE_MILLIS.answered, async () => {
    const bodies = sink.received.filter((one) => one.signal === signal).map(({ body }) => body);
    return items(signal, bodies).length >= count ? bodies : undefined;
  });

for (const signal of SIGNALS) {
  test(`golden ${signal} leave redacted, enriched and otherwise unchanged`, async () => {
    const input = readJson(`${signal}.json`);
    expect(await collector.send(signal, input)).toBe(200);
    const [output] = await arrived(signal, 1);
    if (process.env.VIGIL_TEST_UPDATE_GOLDEN === 'true') {
      writeFileSync(file(`${signal}.golden.json`), `${JSON.stringify(output, undefined, 2)}\n`);
    }
    expect(output).toEqual(readJson(`${signal}.golden.json`));
    const [before, after] = [JSON.stringify(input), JSON.stringify(output)];
    expect(SECRETS.filter((secret) => after.includes(secret))).toEqual([]);
    expect(HARMLESS.filter((text) => before.includes(text) && !after.includes(text))).toEqual([]);
  });
}

test('each signal goes to its own store’s path', async () => {
  await collector.send('traces', spans('paths', 1));
  await collector.send('metrics', gauges('paths', 1));
  await collector.send('logs', logRecords('paths', 1));
  await Promise.all(SIGNALS.map((signal) => arrived(signal, 1)));
  const paths = new Map(sink.received.map(({ signal, path }) => [signal, path]));
  expect(Object.fromEntries(paths)).toEqual({
    traces: '/v1/traces',
    metrics: '/api/v1/otlp/v1/metrics',
    logs: '/otlp/v1/logs',
  });
});

test('9000 items of each signal arrive, none missing, none more than 4000 in one request', async () => {
  const make = { traces: spans, metrics: gauges, logs: logRecords };
  for (let request = 0; request < 18; request += 1) {
    for (const signal of SIGNALS) expect(await collector.send(signal, make[signal](`bulk-${request}`, 500))).toBe(200);
  }
  for (const signal of SIGNALS) {
    const bodies = await arrived(signal, 9_000);
    expect(items(signal, bodies)).toHaveLength(9_000);
    expect(Math.max(...bodies.map((body) => items(signal, [body]).length))).toBeLessThanOrEqual(4_000);
  }
});

test('above its memory limit the collector refuses with 503 before anything is queued', async () => {
  const tight = await startCollector({ sink: sink.url, environment: { VIGIL_COLLECTOR_GOMEMLIMIT_MIB: '1' } });
  try {
    const status = await eventually('the limiter has measured', WORST_CASE_MILLIS.answered, async () => {
      const answer = await tight.send('traces', spans('limited', 1));
      return answer === 200 ? undefined : answer;
    });
    expect(status).toBe(503);
    const before = sink.received.length;
    expect(await tight.send('logs', logRecords('limited', 1))).toBe(503);
    expect(await tight.metric('otelcol_processor_memory_limiter_refused_log_records_total')).toBe(1);
    expect(await tight.metric('otelcol_receiver_refused_log_records_total')).toBe(1);
    expect(sink.received.length).toBe(before);
  } finally {
    await tight.dispose();
  }
});
