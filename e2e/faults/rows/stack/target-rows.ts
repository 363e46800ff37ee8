import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultRow } from '../../row.ts';
import { type AlertStage, alertRow } from './alert-row.ts';
import { alertIs } from './bed/alerts.ts';
import { judge, rounded } from './bed/judgement.ts';
import type { ProgramName } from './bed/stack-bed.ts';
import { until, within } from './bed/waiting.ts';

/** The alert on a program that is down; service is its label. */
const ALERTS: readonly { readonly program: ProgramName; readonly alert: string }[] = [
  { program: 'collector', alert: 'CollectorDown' },
  { program: 'jaeger', alert: 'StoreDown' },
  { program: 'loki', alert: 'StoreDown' },
];
/** Scraped every 2 s, held for 5 s, grouped for 1 s, sent at most every 10 s. */
const PAGE_SECONDS_MAXIMUM = 45;

/** Waits until somebody is told of a program, by page or by ticket; undefined when nobody is. */
async function paged(
  { pager, ticket, context }: AlertStage,
  alert: string,
  program: string,
): Promise<number | undefined> {
  const receiver = alert === 'StoreDown' ? ticket : pager;
  const from = receiver.now;
  const found = await within(PAGE_SECONDS_MAXIMUM, context.signal, async () => {
    const page = receiver
      .pages(alert)
      .find(({ at, alerts }) => at >= from && alerts.some(({ labels }) => labels.service === program));
    return page === undefined ? undefined : true;
  });
  return found === undefined ? undefined : rounded(found.seconds);
}

/** Kills, freezes and forgets each program in turn. */
async function targetsGone(stage: AlertStage): Promise<void> {
  const { bed, checks, figures, context } = stage;
  await bed.start('alertmanager', 'prometheus', 'jaeger', 'loki', 'collector');
  const faults = [
    {
      word: 'killed',
      make: (name: ProgramName) => bed.program(name).end('SIGKILL'),
      undo: (name: ProgramName) => bed.start(name),
    },
    {
      word: 'frozen',
      make: async (name: ProgramName) => bed.program(name).freeze(),
      undo: async (name: ProgramName) => bed.program(name).thaw(),
    },
    {
      word: 'forgotten',
      make: async (name: ProgramName) => writeFileSync(targets(stage, name), '[]\n'),
      undo: async (name: ProgramName) => writeFileSync(targets(stage, name), targetOf(stage, name)),
    },
  ];
  for (const { word, make, undo } of faults) {
    for (const { program, alert } of ALERTS) {
      await until(`${program} is scraped`, 60, context.signal, async () => {
        const [up] = await bed.stores.prometheus(`up{job="${program}"}`);
        return up?.value === 1 ? true : undefined;
      });
      await alertIs(bed.urls, 'gone', alert, 60, context.signal, { service: program });
      await make(program);
      const seconds = await paged(stage, alert, program);
      figures[`${program} ${word}, told after s`] = seconds ?? 'never';
      checks.push(
        judge(
          'I10',
          `${program} ${word}: ${alert} arrives within ${PAGE_SECONDS_MAXIMUM} s`,
          seconds !== undefined,
          seconds === undefined ? 'nobody was told' : `after ${seconds} s`,
        ),
      );
      await undo(program);
    }
  }
}

const targets = ({ bed }: AlertStage, name: ProgramName): string => join(bed.etc, `prometheus/targets/${name}.yaml`);

function targetOf({ bed }: AlertStage, name: ProgramName): string {
  const setting = { collector: 'VIGIL_COLLECTOR_METRICS_PORT', jaeger: 'VIGIL_JAEGER_METRICS_PORT' }[name as string];
  return `- targets: ['127.0.0.1:${bed.setting(setting ?? 'VIGIL_LOKI_PORT')}']\n`;
}

/** A service that goes on serving and sends no metrics any more. */
async function serviceSilent(stage: AlertStage): Promise<void> {
  const { bed, checks, figures, context } = stage;
  await bed.start('alertmanager', 'prometheus', 'collector');
  let talking = true;
  const talk = (async () => {
    while (talking) {
      for (const service of ['shop', 'payments']) await sendMetric(bed.urls.otlp, service);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  })();
  await until('the service is known', 60, context.signal, async () =>
    (await bed.stores.prometheus('target_info{job="shop"}')).length > 0 ? true : undefined,
  );
  await alertIs(bed.urls, 'gone', 'ServiceAbsent', 60, context.signal);
  talking = false;
  await talk;
  const seconds = await paged(stage, 'ServiceAbsent', 'shop');
  figures['page after s'] = seconds ?? 'never';
  checks.push(
    judge(
      'I10',
      `silence is not health: ServiceAbsent pages within ${PAGE_SECONDS_MAXIMUM} s of the last metric`,
      seconds !== undefined,
      seconds === undefined ? 'nobody was told' : `after ${seconds} s`,
    ),
  );
}

async function sendMetric(otlp: string, service: string): Promise<void> {
  const resource = {
    attributes: ['service.name', 'service.instance.id', 'host.name'].map((key) => ({
      key,
      value: { stringValue: service },
    })),
  };
  const gauge = { dataPoints: [{ timeUnixNano: `${Date.now()}000000`, asDouble: 1 }] };
  const response = await fetch(`${otlp}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: 'bed_alive', gauge }] }] }],
    }),
  });
  await response.arrayBuffer();
}

/** Faults in which what should be watched is no longer seen. */
export const TARGET_ROWS: readonly FaultRow[] = [
  alertRow({
    id: 'F46 targets gone',
    fault: 'Collector, Jaeger and Loki are each killed, frozen, and taken out of the list of targets',
    expected: 'Somebody is told of each, by name: `up == 0` or absent, never silence',
    typicalSeconds: 240,
    run: targetsGone,
  }),
  alertRow({
    id: 'F46 service silent',
    fault: "A service's own metrics stop while everything else works",
    expected: 'ServiceAbsent pages',
    typicalSeconds: 60,
    run: serviceSilent,
  }),
];
