import type { FaultRow } from '../../row.ts';
import { type AlertStage, alertRow } from './alert-row.ts';
import { judge, rounded } from './bed/judgement.ts';
import { pause, until } from './bed/waiting.ts';

const COUNTER = 'bed_requests';
const PER_STEP = 7;
const STEP_SECONDS = 0.5;
const LIFE_SECONDS = 15;
const OUTAGE_SECONDS = 6;
/** Prometheus adds what it believes to lie before the first and after the last sample. */
const ERROR_MAXIMUM = 0.05;

/** One life of a process that counts: from 0, told every half second; resolves to what it counted. */
async function live({ bed, context }: AlertStage, seconds: number): Promise<number> {
  const start = `${Date.now()}000000`;
  let counted = 0;
  for (let step = 0; step * STEP_SECONDS <= seconds; step += 1) {
    const dataPoints = [{ startTimeUnixNano: start, timeUnixNano: `${Date.now()}000000`, asInt: String(counted) }];
    const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints };
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'bed-counter' } }] };
    const metrics = [{ name: COUNTER, sum }];
    const response = await fetch(`${bed.urls.otlp}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] }),
    });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`the collector answered ${response.status}`);
    await pause(STEP_SECONDS, context.signal);
    counted += PER_STEP;
  }
  // The last was never told.
  return counted - PER_STEP;
}

/** A counter begins anew twice, once while Prometheus is down. */
async function resets(stage: AlertStage): Promise<void> {
  const { bed, checks, figures, context } = stage;
  await bed.start('prometheus', 'collector');
  let counted = await live(stage, LIFE_SECONDS);
  counted += await live(stage, LIFE_SECONDS);
  const outage = (async () => {
    await bed.program('prometheus').end('SIGKILL');
    await pause(OUTAGE_SECONDS, context.signal);
    await bed.start('prometheus');
  })();
  const third = live(stage, LIFE_SECONDS);
  await outage;
  counted += await third;
  await until('nothing waits', 60, context.signal, async () =>
    (await bed.metric('collector', 'otelcol_exporter_queue_size')) === 0 ? true : undefined,
  );
  const [increase] = await bed.stores.prometheus(`increase(${COUNTER}_total[5m])`);
  const seen = increase?.value ?? 0;
  const error = Math.abs(seen - counted) / counted;
  figures.counted = counted;
  figures['increase()'] = rounded(seen);
  checks.push(
    judge(
      'I10',
      `increase() over two resets and a killed Prometheus is within ${ERROR_MAXIMUM * 100} % of what was counted`,
      error <= ERROR_MAXIMUM,
      `${rounded(seen)} of ${counted}, ${rounded(error * 100)} % apart`,
    ),
  );
}

/** Faults that a counter goes through. */
export const COUNTER_ROWS: readonly FaultRow[] = [
  alertRow({
    id: 'F45 counters',
    fault: `A process that counts starts anew twice; the second time Prometheus is killed for ${OUTAGE_SECONDS} s as well`,
    expected: 'increase() tells what was counted: resets are seen, and what waited in the collector is there',
    typicalSeconds: 70,
    run: resets,
  }),
];
