import { afterAll, beforeAll, expect } from '@jest/globals';
import { requires } from '../requirement.ts';
import { eventually } from '../stack/eventually.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';
import { items, spans } from './otlp-requests.ts';
import { type OtlpSink, startOtlpSink } from './otlp-sink.ts';
import { noCollector, type RunningCollector, startCollector } from './running-collector.ts';

const test = requires(noCollector);
const attribute = (key: string, value: object) => ({ attributes: [{ key, value }] });
const nanosAgo = (millis: number) => (BigInt(Date.now() - millis) * 1_000_000n).toString();

let sink: OtlpSink;
let collector: RunningCollector;

beforeAll(async () => {
  if (noCollector !== undefined) return;
  sink = await startOtlpSink();
  collector = await startCollector({ sink: sink.url, overlay: 'tail-sampling' });
});
afterAll(async () => {
  await collector?.dispose();
  await sink?.close();
});

test('the overlay keeps every error, slow and forced trace, some of the rest, no health check, and counts all of them', async () => {
  const error = { status: { code: 2 } };
  const health = attribute('http.route', { stringValue: '/healthz' });
  const sent = [
    spans('error', 20, error),
    spans('slow', 20, { startTimeUnixNano: nanosAgo(2_000), endTimeUnixNano: nanosAgo(0) }),
    spans('forced', 20, attribute('sampling.priority', { intValue: '1' })),
    spans('health', 200, health),
    spans('sick', 20, { ...health, ...error }),
    spans('ordinary', 600),
  ];
  for (const request of sent) expect(await collector.send('traces', request)).toBe(200);
  const kinds = await eventually('the decisions', WORST_CASE_MILLIS.sampled, async () => {
    const stored = sink.received.filter(({ signal }) => signal === 'traces').map(({ body }) => body);
    const counts = new Map<string, number>();
    for (const name of items('traces', stored)) {
      const kind = name.split('-')[0] ?? '';
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    // Decisions are made once a second: a full machine may need more than one round for what came together.
    const kept = ['error', 'slow', 'forced', 'sick'].every((kind) => counts.get(kind) === 20);
    return kept && (counts.get('ordinary') ?? 0) > 20 ? counts : undefined;
  });
  expect(Object.fromEntries(kinds)).toEqual({
    error: 20,
    slow: 20,
    forced: 20,
    sick: 20,
    ordinary: kinds.get('ordinary'),
  });
  // 10 % of 600 with a deterministic hash of fixed ids: far from none and far from all.
  expect(kinds.get('ordinary')).toBeGreaterThan(20);
  expect(kinds.get('ordinary')).toBeLessThan(120);
  await eventually('span metrics of all 880 spans', WORST_CASE_MILLIS.sampled, async () =>
    callsOf(sink) === 880 ? true : undefined,
  );
});

interface Counter {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly { readonly asInt: string }[] };
}

/** Sum of `traces.span.metrics.calls` in the newest request that has it. */
function callsOf({ received }: OtlpSink): number {
  const sums = received.flatMap(({ signal, body }) => {
    if (signal !== 'metrics') return [];
    const resources = body.resourceMetrics as { scopeMetrics: { metrics: Counter[] }[] }[];
    const counters = resources
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
      .filter(({ name }) => name === 'traces.span.metrics.calls');
    const points = counters.flatMap(({ sum }) => sum?.dataPoints ?? []);
    return points.length === 0 ? [] : [points.reduce((total, { asInt }) => total + Number(asInt), 0)];
  });
  return sums.at(-1) ?? 0;
}
