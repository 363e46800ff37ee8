import { expect, test } from '@jest/globals';
import { createStoreClient } from '@vigil/cli';
import { endpoints } from '../stack/endpoints.ts';
import { eventually } from '../stack/eventually.ts';
import { sendGauge, sendLog, sendTrace } from '../stack/otlp.ts';
import { kill, program } from '../stack/programs.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';

const { otlp, ...urls } = endpoints();
const stores = createStoreClient(urls);
const since = new Date();
const TRACES = 200;

/** Resolves when every trace is stored. */
async function expectStored(traceIds: readonly string[]): Promise<void> {
  const missing = new Set(traceIds);
  await eventually(`${traceIds.length} accepted traces in Jaeger`, WORST_CASE_MILLIS.redelivered, async () => {
    for (const id of missing) if ((await stores.trace(id)).length > 0) missing.delete(id);
    if (missing.size > 0) throw new Error(`${missing.size} are missing`);
    return true;
  });
}

const sendTraces = (service: string, count: number) =>
  Promise.all(Array.from({ length: count }, () => sendTrace(otlp, service)));

test(`the collector is killed with SIGKILL while Jaeger is frozen: all ${TRACES} accepted traces arrive`, async () => {
  const jaeger = await program('jaeger');
  expect(jaeger.pid).toBeGreaterThan(0);
  process.kill(jaeger.pid ?? 0, 'SIGSTOP');
  try {
    const ids = await sendTraces('restart-collector', TRACES);
    const back = await kill('collector');
    await back();
    ids.push(...(await sendTraces('restart-collector', 10)));
    process.kill(jaeger.pid ?? 0, 'SIGCONT');
    await expectStored(ids);
  } finally {
    process.kill(jaeger.pid ?? 0, 'SIGCONT');
  }
});

test('Jaeger is killed with SIGKILL: every trace that was accepted before, while it is down and after is stored', async () => {
  const ids = await sendTraces('restart-jaeger', 50);
  await expectStored(ids);
  const back = await kill('jaeger');
  ids.push(...(await sendTraces('restart-jaeger', 50)));
  await back();
  ids.push(...(await sendTraces('restart-jaeger', 50)));
  await expectStored(ids);
});

test('Loki is killed with SIGKILL: lines from before, while it is down and after are found', async () => {
  const service = 'restart-loki';
  await sendLog(otlp, service, 'before');
  await eventually('the first line', WORST_CASE_MILLIS.stored, async () =>
    (await stores.logs(`{service_name="${service}"}`, since, 10)).length > 0 ? true : undefined,
  );
  const back = await kill('loki');
  await sendLog(otlp, service, 'while');
  await back();
  await sendLog(otlp, service, 'after');
  const lines = await eventually('three lines in Loki', WORST_CASE_MILLIS.redelivered, async () => {
    const found = await stores.logs(`{service_name="${service}"}`, since, 10);
    return found.length >= 3 ? found : undefined;
  });
  expect(new Set(lines)).toEqual(new Set(['before', 'while', 'after']));
});

test('Prometheus is killed with SIGKILL: samples from before and while it is down are queryable', async () => {
  const metric = 'e2e_restart_prometheus';
  const samples = async () => stores.prometheus(`count_over_time(${metric}{job="restart-prometheus"}[10m])`);
  await sendGauge(otlp, 'restart-prometheus', metric, 1);
  await eventually('the first sample', WORST_CASE_MILLIS.stored, async () =>
    (await samples())[0]?.value === 1 ? true : undefined,
  );
  const back = await kill('prometheus');
  await sendGauge(otlp, 'restart-prometheus', metric, 2);
  await back();
  await eventually('two samples in Prometheus', WORST_CASE_MILLIS.redelivered, async () =>
    (await samples())[0]?.value === 2 ? true : undefined,
  );
});

test('Alertmanager is killed with SIGKILL: Prometheus finds it again and the Watchdog is back', async () => {
  const back = await kill('alertmanager');
  await back();
  const watchdog = await eventually('the Watchdog in Alertmanager', WORST_CASE_MILLIS.resent, async () => {
    const response = await fetch(`${urls.alertmanager}/api/v2/alerts?filter=alertname%3D%22Watchdog%22`);
    const alerts = (await response.json()) as { status: { state: string } }[];
    return alerts[0];
  });
  expect(watchdog.status.state).toBe('active');
});
