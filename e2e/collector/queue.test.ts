import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect } from '@jest/globals';
import { requires } from '../requirement.ts';
import { eventually } from '../stack/eventually.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';
import { gauges, items, logRecords, spans } from './otlp-requests.ts';
import { SIGNALS, type Signal } from './otlp-schema.ts';
import { freePorts, type OtlpSink, startOtlpSink } from './otlp-sink.ts';
import { noCollector, type RunningCollector, startCollector } from './running-collector.ts';

const test = requires(noCollector);
const make = { traces: spans, metrics: gauges, logs: logRecords } as const;
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

let sinks: OtlpSink[] = [];
let collectors: RunningCollector[] = [];

afterEach(async () => {
  await Promise.all(collectors.map((one) => one.dispose()));
  await Promise.all(sinks.map((one) => one.close()));
  [sinks, collectors] = [[], []];
});

async function openSink(port?: number): Promise<OtlpSink> {
  const sink = await startOtlpSink(port);
  sinks.push(sink);
  return sink;
}

async function openCollector(sink: string, environment: Record<string, string> = {}): Promise<RunningCollector> {
  const collector = await startCollector({ sink, environment });
  collectors.push(collector);
  return collector;
}

function storedNames(sink: OtlpSink, signal: Signal): Set<string> {
  return new Set(
    items(
      signal,
      sink.received.filter((one) => one.signal === signal).map(({ body }) => body),
    ),
  );
}

/** Resolves when everything accepted has reached the sink. */
async function expectStored(sink: OtlpSink, accepted: ReadonlyMap<Signal, readonly string[]>): Promise<void> {
  for (const [signal, wanted] of accepted) {
    await eventually(`${wanted.length} accepted ${signal}`, WORST_CASE_MILLIS.redelivered, async () => {
      const stored = storedNames(sink, signal);
      const missing = wanted.filter((name) => !stored.has(name));
      if (missing.length > 0) throw new Error(`${missing.length} are missing, first ${missing[0]}`);
      return true;
    });
  }
}

test('with every store down, 40 requests a signal are accepted, survive SIGKILL and arrive', async () => {
  const [port = 0] = await freePorts(1);
  const collector = await openCollector(`http://127.0.0.1:${port}`);
  for (const signal of SIGNALS) {
    for (let request = 0; request < 40; request += 1) {
      expect(await collector.send(signal, make[signal](`down-${request}`, 5))).toBe(200);
    }
  }
  await collector.end('SIGKILL');
  await collector.start();
  const sink = await openSink(port);
  const wanted = Array.from({ length: 40 }, (_, request) => names(`down-${request}`, 5)).flat();
  await expectStored(sink, new Map(SIGNALS.map((signal) => [signal, wanted])));
});

test('killed in full traffic three times: every request that was answered with 200 arrives', async () => {
  const sink = await openSink();
  const collector = await openCollector(sink.url);
  const accepted = new Map<Signal, string[]>(SIGNALS.map((signal) => [signal, []]));
  let sent = 0;
  for (let round = 0; round < 3; round += 1) {
    let running = true;
    const sender = async (signal: Signal): Promise<void> => {
      while (running) {
        sent += 1;
        const prefix = `storm-${sent}`;
        // A connection that breaks is no answer: the sender would try again, so nothing is promised.
        const status = await collector.send(signal, make[signal](prefix, 20)).catch(() => 0);
        if (status === 200) accepted.get(signal)?.push(...names(prefix, 20));
      }
    };
    const senders = SIGNALS.flatMap((signal) => [sender(signal), sender(signal)]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await collector.end('SIGKILL');
    running = false;
    await Promise.all(senders);
    await collector.start();
  }
  for (const signal of SIGNALS) expect(accepted.get(signal)?.length).toBeGreaterThan(200);
  await expectStored(sink, accepted);
});

test('a full queue of 5 requests refuses the next with 503, counts it, and what it took arrives', async () => {
  const [port = 0] = await freePorts(1);
  const collector = await openCollector(`http://127.0.0.1:${port}`, { VIGIL_COLLECTOR_QUEUE_SIZE: '5' });
  const accepted: string[] = [];
  let refused = 0;
  for (let request = 0; request < 30; request += 1) {
    const status = await collector.send('traces', spans(`full-${request}`, 10));
    if (status === 200) accepted.push(...names(`full-${request}`, 10));
    else {
      expect(status).toBe(503);
      refused += 10;
    }
  }
  expect(accepted.length).toBeGreaterThanOrEqual(50);
  expect(refused).toBeGreaterThan(0);
  expect(await collector.metric('otelcol_exporter_enqueue_failed_spans_total')).toBe(refused);
  expect(await collector.metric('otelcol_exporter_queue_capacity')).toBe(15);
  expect(await collector.send('logs', logRecords('other-signal', 1))).toBe(200);
  const sink = await openSink(port);
  await expectStored(sink, new Map([['traces', accepted]]));
  expect(await collector.send('traces', spans('after', 1))).toBe(200);
});

test('at its byte cap of 160 MiB the queue file refuses with 503, and takes again and shrinks when it is drained', async () => {
  const cap = 160 * 1_048_576;
  const [port = 0] = await freePorts(1);
  const environment = { VIGIL_COLLECTOR_QUEUE_MAX_BYTES: String(cap) };
  const collector = await openCollector(`http://127.0.0.1:${port}`, environment);
  // A field that no processor reads: the test is about bytes.
  const padding = { traceState: `v=${'.'.repeat(1_000_000)}` };
  const accepted: string[] = [];
  const status = await eventually('the file is full', WORST_CASE_MILLIS.answered, async () => {
    for (let request = 0; request < 50; request += 1) {
      const prefix = `bytes-${accepted.length}`;
      const answer = await collector.send('traces', spans(prefix, 4, padding));
      if (answer !== 200) return answer;
      accepted.push(...names(prefix, 4));
    }
    return undefined;
  });
  expect(status).toBe(503);
  expect(accepted.length).toBeGreaterThan(80);
  expect(await collector.metric('otelcol_exporter_enqueue_failed_spans_total')).toBe(4);
  const file = join(collector.state, 'queue/exporter_otlp_http_traces_traces');
  expect(statSync(file).size).toBeLessThanOrEqual(cap);
  const sink = await openSink(port);
  await expectStored(sink, new Map([['traces', accepted]]));
  await eventually('it takes again', WORST_CASE_MILLIS.redelivered, async () =>
    (await collector.send('traces', spans('after', 1))) === 200 ? true : undefined,
  );
  // A request whose answer came too late is sent again, and only then leaves the file.
  await eventually('the drained file is made small', WORST_CASE_MILLIS.redelivered, async () =>
    statSync(file).size < 10 * 1_048_576 ? true : undefined,
  );
});

test('a store that answers 503 is asked again, one that answers 400 loses that request, counted, and gets the next', async () => {
  const sink = await openSink();
  const collector = await openCollector(sink.url);
  sink.answer(503);
  expect(await collector.send('traces', spans('later', 3))).toBe(200);
  await eventually('a first try', WORST_CASE_MILLIS.answered, async () =>
    (await collector.metric('otelcol_exporter_queue_size')) > 0 ? true : undefined,
  );
  sink.answer(200);
  await expectStored(sink, new Map([['traces', names('later', 3)]]));
  sink.answer(400);
  expect(await collector.send('traces', spans('never', 3))).toBe(200);
  await eventually('the loss is counted', WORST_CASE_MILLIS.answered, async () =>
    (await collector.metric('otelcol_exporter_send_failed_spans_total')) === 3 ? true : undefined,
  );
  sink.answer(200);
  expect(await collector.send('traces', spans('next', 3))).toBe(200);
  await expectStored(sink, new Map([['traces', names('next', 3)]]));
  expect(storedNames(sink, 'traces').has('never-0')).toBe(false);
});

test('an orderly stop with every store down keeps what was accepted for the next start', async () => {
  const [port = 0] = await freePorts(1);
  const collector = await openCollector(`http://127.0.0.1:${port}`);
  expect(await collector.send('metrics', gauges('kept', 10))).toBe(200);
  await collector.end('SIGTERM');
  const sink = await openSink(port);
  await collector.start();
  await expectStored(sink, new Map([['metrics', names('kept', 10)]]));
});
