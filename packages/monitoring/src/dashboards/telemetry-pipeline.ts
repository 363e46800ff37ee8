import type { VigilConfig } from '@vigil/config/file';
import {
  ALERTMANAGER_NOTIFICATION_REQUESTS,
  ALERTMANAGER_NOTIFICATION_REQUESTS_FAILED,
  COLLECTOR_ITEMS,
  type CollectorItem,
  type NativeMetric,
  OTELCOL_EXPORTER_ENQUEUE_FAILED,
  OTELCOL_EXPORTER_QUEUE_CAPACITY,
  OTELCOL_EXPORTER_QUEUE_SIZE,
  OTELCOL_EXPORTER_SEND_FAILED,
  OTELCOL_EXPORTER_SENT,
  OTELCOL_RECEIVER_ACCEPTED,
  OTELCOL_RECEIVER_REFUSED,
  PROMETHEUS_NOTIFICATIONS_ERRORS,
  PROMETHEUS_NOTIFICATIONS_SENT,
  SCRAPE_JOBS,
  UP,
} from '@vigil/conventions';
import { DASHBOARD_UIDS } from '../dashboard-link.ts';
import { select } from '../promql.ts';
import type { DashboardSpec } from './dashboard.ts';
import { dataSourceVariable } from './data-source.ts';
import { timeSeries } from './panel.ts';

const { collector, prometheus, alertmanager } = SCRAPE_JOBS;
const rate = (series: string, job: string) => `rate(${select(series, { job })}[$__rate_interval])`;

/** One line for each signal and whatever the label tells apart. */
const byItem = (family: Readonly<Record<CollectorItem, NativeMetric>>, label: string) =>
  COLLECTOR_ITEMS.map((item) => ({
    expr: `sum by (${label}) (${rate(family[item].name, collector)})`,
    legend: `${item.replace('_', ' ')} {{${label}}}`,
  }));

/** Lost items, all of them: the counter is born with the first loss, so its growth alone would hide that one. */
const inTotal = (family: Readonly<Record<CollectorItem, NativeMetric>>) =>
  COLLECTOR_ITEMS.map((item) => ({
    expr: `sum by (exporter) (${select(family[item].name, { job: collector })})`,
    legend: `${item.replace('_', ' ')} {{exporter}}`,
  }));

function collectorRows(config: VigilConfig) {
  const place = { span: 8, height: 8, unit: 'cps' };
  const limit = config.alerting.thresholds.collectorQueuePercent;
  const size = select(OTELCOL_EXPORTER_QUEUE_SIZE.name, { job: collector });
  const capacity = select(OTELCOL_EXPORTER_QUEUE_CAPACITY.name, { job: collector });
  return [
    timeSeries({
      ...place,
      title: 'Taken in',
      description: 'Items a second that applications delivered to the collector.',
      empty: 'The collector has received nothing',
      queries: byItem(OTELCOL_RECEIVER_ACCEPTED, 'receiver'),
    }),
    timeSeries({
      ...place,
      title: 'Confirmed by a store',
      description:
        'Items a second that a store has taken. It follows what is taken in; when it stays behind, a queue grows.',
      empty: 'No store has confirmed anything',
      queries: byItem(OTELCOL_EXPORTER_SENT, 'exporter'),
    }),
    timeSeries({
      ...place,
      title: 'Queues',
      description: `How full the sending queues are. Above ${limit} % somebody should look; at 100 % data is turned away.`,
      empty: 'The collector reports no queue',
      unit: 'percent',
      queries: [{ expr: `max by (exporter) (100 * ${size} / ${capacity})`, legend: '{{exporter}}' }],
      steps: { look: limit, act: 100 },
    }),
    timeSeries({
      ...place,
      title: 'Refused at the door',
      description: 'Items a second that were sent back to applications, which try again.',
      empty: 'Nothing refused',
      queries: byItem(OTELCOL_RECEIVER_REFUSED, 'receiver'),
    }),
    timeSeries({
      ...place,
      title: 'Turned away by a full queue',
      description: 'Items for which there was no room since the collector started. Applications try again, then drop.',
      unit: 'short',
      empty: 'Nothing turned away',
      queries: inTotal(OTELCOL_EXPORTER_ENQUEUE_FAILED),
    }),
    timeSeries({
      ...place,
      title: 'Given up',
      description: 'Items that a store refused for good since the collector started. They are lost.',
      unit: 'short',
      empty: 'Nothing given up',
      queries: inTotal(OTELCOL_EXPORTER_SEND_FAILED),
    }),
  ];
}

const deliveryRow = () => {
  const place = { span: 8, height: 8, unit: 'cps' };
  return [
    timeSeries({
      ...place,
      title: 'Programs that answer',
      description: '1 when the last scrape succeeded. Applications push, so they are not among them.',
      empty: 'Prometheus scrapes nothing',
      unit: 'short',
      queries: [{ expr: `min by (job) (${UP.name})`, legend: '{{job}}' }],
    }),
    timeSeries({
      ...place,
      title: 'Alerts to Alertmanager',
      description:
        'Alerts a second that Alertmanager took, and that it did not. The Watchdog alone keeps the first above 0.',
      empty: 'Prometheus has sent no alert',
      queries: [
        { expr: `sum(${rate(PROMETHEUS_NOTIFICATIONS_SENT.name, prometheus)})`, legend: 'taken' },
        { expr: `sum(${rate(PROMETHEUS_NOTIFICATIONS_ERRORS.name, prometheus)})`, legend: 'not taken' },
      ],
    }),
    timeSeries({
      ...place,
      title: 'Notifications to people',
      description:
        'Deliveries a second that Alertmanager tried, and that failed. A way that is not used shows no line.',
      empty: 'Alertmanager has sent nothing',
      queries: [
        {
          // Alertmanager counts every way it knows, used or not.
          expr: `sum by (integration) (${rate(ALERTMANAGER_NOTIFICATION_REQUESTS.name, alertmanager)}) > 0`,
          legend: 'tried {{integration}}',
        },
        {
          expr: `sum by (integration) (${rate(ALERTMANAGER_NOTIFICATION_REQUESTS_FAILED.name, alertmanager)}) > 0`,
          legend: 'failed {{integration}}',
        },
      ],
    }),
  ];
};

/** Does what applications say arrive, and do alerts reach people? Never throws. */
export function telemetryPipeline(config: VigilConfig): DashboardSpec {
  const { links } = config;
  return {
    uid: DASHBOARD_UIDS.telemetryPipeline,
    title: 'Telemetry pipeline',
    description: 'Does what applications say arrive, and do alerts reach people?',
    variables: [dataSourceVariable('prometheus')],
    links: {
      Targets: `${links.prometheus}/targets`,
      Alerts: `${links.prometheus}/alerts`,
      Alertmanager: `${links.alertmanager}/#/alerts`,
    },
    rows: [
      { title: 'Collector: in, out, lost', panels: collectorRows(config) },
      { title: 'From a rule to a person', panels: deliveryRow() },
    ],
  };
}
