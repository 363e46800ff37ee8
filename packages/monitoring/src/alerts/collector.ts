import type { VigilConfig } from '@vigil/config/file';
import {
  COLLECTOR_ITEMS,
  type CollectorItem,
  type NativeMetric,
  OTELCOL_EXPORTER_ENQUEUE_FAILED,
  OTELCOL_EXPORTER_QUEUE_CAPACITY,
  OTELCOL_EXPORTER_QUEUE_SIZE,
  OTELCOL_EXPORTER_SEND_FAILED,
  OTELCOL_EXPORTER_SENT,
  OTELCOL_RECEIVER_REFUSED,
  SCRAPE_JOBS,
  UP,
} from '@vigil/conventions';
import type { Alert } from '../alert.ts';
import { DASHBOARD_UIDS } from '../dashboard-link.ts';
import { select } from '../promql.ts';

const JOB = { job: SCRAPE_JOBS.collector };
const WINDOW = '5m';

/** What mutes the absence of services. */
export const COLLECTOR_DOWN = 'CollectorDown';

type Family = Readonly<Record<CollectorItem, NativeMetric>>;

const lately = (family: Family, item: CollectorItem, by: string) =>
  `sum by (${by}) (increase(${select(family[item].name, JOB)}[${WINDOW}]))`;

/** Refused items of any signal; a receiver takes all three, and the first that moves speaks for it. */
const refusals = COLLECTOR_ITEMS.map((item) => `${lately(OTELCOL_RECEIVER_REFUSED, item, 'receiver')} > 0`).join(
  '\nor\n',
);

/**
 * Items lost lately. The collector makes these counters only when the first item is lost, and growth cannot be seen in a
 * series that was not there: so one that is new counts as a whole, if the collector was scraped before it was born.
 */
const losses = (family: Family) =>
  COLLECTOR_ITEMS.flatMap((item) => {
    const total = select(family[item].name, JOB);
    const before = `offset ${WINDOW}`;
    return [
      `${lately(family, item, 'exporter')} > 0`,
      `sum by (exporter) (${total} unless ${total} ${before} and on (job, instance) ${select(UP.name, JOB)} ${before}) > 0`,
    ];
  }).join('\nor\n');

/** Alerts on the collector: it is down, it loses, it is about to. Never throws. */
export function collectorAlerts({ telemetry, alerting }: VigilConfig): Alert[] {
  const { hold, thresholds } = alerting;
  const shared = {
    service: SCRAPE_JOBS.collector,
    team: telemetry.team,
    dashboard: DASHBOARD_UIDS.telemetryPipeline,
  };
  const queueSize = select(OTELCOL_EXPORTER_QUEUE_SIZE.name, JOB);
  const queueCapacity = select(OTELCOL_EXPORTER_QUEUE_CAPACITY.name, JOB);
  const up = select(UP.name, JOB);
  return [
    {
      ...shared,
      alert: COLLECTOR_DOWN,
      family: COLLECTOR_DOWN,
      severity: 'critical',
      expr: `${up} == 0 or absent(${up})`,
      holdFor: hold.telemetryDown,
      summary: 'The collector is down: nobody sees what applications do.',
      description: `Prometheus has not reached the collector for ${hold.telemetryDown}. Applications keep running; what they cannot keep in memory is lost.`,
    },
    {
      ...shared,
      alert: 'CollectorQueueOverflowing',
      family: 'CollectorQueue',
      severity: 'critical',
      expr: losses(OTELCOL_EXPORTER_ENQUEUE_FAILED),
      holdFor: '0s',
      summary: 'A sending queue of the collector is full and turns data away.',
      description: `The queue of {{ $labels.exporter }} turned away {{ $value | humanize }} items in the last ${WINDOW}. Applications try again for a while, then drop.`,
    },
    {
      ...shared,
      alert: 'CollectorQueueFilling',
      family: 'CollectorQueue',
      severity: 'warning',
      expr: `max by (exporter) (100 * ${queueSize} / ${queueCapacity}) > ${thresholds.collectorQueuePercent}`,
      holdFor: hold.telemetryDown,
      summary: 'A sending queue of the collector is nearly full.',
      description: `The queue of {{ $labels.exporter }} is {{ $value | humanize }}% full (limit ${thresholds.collectorQueuePercent}%): its store is down or too slow. When it is full, data is turned away.`,
    },
    {
      ...shared,
      alert: 'CollectorExportStalled',
      family: 'CollectorExport',
      severity: 'warning',
      // An unreachable store is retried for ever, so it never counts as failed: only nothing being sent shows it.
      expr: [
        `max by (exporter) (${queueSize}) > 0`,
        ...COLLECTOR_ITEMS.map((item) => `(${lately(OTELCOL_EXPORTER_SENT, item, 'exporter')} > 0)`),
      ].join('\nunless on (exporter)\n  '),
      holdFor: hold.telemetryDegraded,
      summary: 'An exporter of the collector sends nothing while its queue holds data.',
      description: `{{ $labels.exporter }} has confirmed nothing for ${hold.telemetryDegraded}, and {{ $value | humanize }} requests wait on disk: its store does not answer.`,
    },
    {
      ...shared,
      alert: 'CollectorExportRejected',
      family: 'CollectorExport',
      severity: 'warning',
      expr: losses(OTELCOL_EXPORTER_SEND_FAILED),
      holdFor: '0s',
      summary: 'A store refuses data for good, and the collector has dropped it.',
      description: `{{ $labels.exporter }} gave up {{ $value | humanize }} items in the last ${WINDOW}: the store answers that trying again is of no use.`,
    },
    {
      ...shared,
      alert: 'CollectorRefusing',
      family: 'CollectorRefusing',
      severity: 'warning',
      expr: refusals,
      holdFor: hold.telemetryDegraded,
      summary: 'The collector refuses what applications send.',
      description: `The receiver {{ $labels.receiver }} has refused applications for ${hold.telemetryDegraded}, {{ $value | humanize }} items in the last ${WINDOW}: memory or a queue is at its limit.`,
    },
  ];
}
