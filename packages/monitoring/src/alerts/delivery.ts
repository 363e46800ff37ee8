import type { VigilConfig } from '@vigil/config/file';
import {
  ALERTMANAGER_NOTIFICATION_REQUESTS,
  ALERTMANAGER_NOTIFICATION_REQUESTS_FAILED,
  PROMETHEUS_NOTIFICATIONS_ALERTMANAGERS_DISCOVERED,
  PROMETHEUS_NOTIFICATIONS_ERRORS,
  PROMETHEUS_NOTIFICATIONS_SENT,
  SCRAPE_JOBS,
} from '@vigil/conventions';
import type { Alert } from '../alert.ts';
import { DASHBOARD_UIDS } from '../dashboard-link.ts';
import { select } from '../promql.ts';

const WINDOW = '5m';

/** The alert that always fires; when it stops arriving, nothing else arrives either. */
export const WATCHDOG = 'Watchdog';

/** The alert on pages that do not arrive: it must go another way as well. */
export const NOTIFICATIONS_FAILING = 'AlertmanagerNotificationsFailing';

const perSecond = (metric: { readonly name: string }, job: string, by: string) =>
  `sum by (${by}) (rate(${select(metric.name, { job })}[${WINDOW}]))`;

/** Alerts on the way of a page: Prometheus → Alertmanager → receiver. Never throws. */
export function deliveryAlerts({ telemetry, alerting }: VigilConfig): Alert[] {
  const { hold, thresholds, evaluationInterval } = alerting;
  const limit = thresholds.notificationFailurePercent;
  const { prometheus, alertmanager } = SCRAPE_JOBS;
  const shared = { team: telemetry.team, dashboard: DASHBOARD_UIDS.telemetryPipeline };
  const refused = perSecond(PROMETHEUS_NOTIFICATIONS_ERRORS, prometheus, 'job');
  const taken = perSecond(PROMETHEUS_NOTIFICATIONS_SENT, prometheus, 'job');
  // By receiver: deliveries to the others must not hide that one gets nothing.
  const way = 'receiver_name, integration';
  const failed = perSecond(ALERTMANAGER_NOTIFICATION_REQUESTS_FAILED, alertmanager, way);
  const tried = perSecond(ALERTMANAGER_NOTIFICATION_REQUESTS, alertmanager, way);
  const discovered = select(PROMETHEUS_NOTIFICATIONS_ALERTMANAGERS_DISCOVERED.name, { job: prometheus });
  return [
    {
      ...shared,
      alert: 'PrometheusAlertmanagerUnreachable',
      family: 'PrometheusAlertmanagerUnreachable',
      severity: 'critical',
      service: prometheus,
      expr: `max by (job) (${discovered}) < 1\nor\n100 * ${refused} / (${refused} + ${taken}) > ${limit}`,
      holdFor: hold.telemetryDown,
      summary: 'Prometheus cannot hand its alerts to Alertmanager: no page can go out.',
      description: `Prometheus knows no Alertmanager, or more than ${limit}% of its alerts have been refused for ${hold.telemetryDown}.`,
    },
    {
      ...shared,
      alert: NOTIFICATIONS_FAILING,
      family: NOTIFICATIONS_FAILING,
      severity: 'critical',
      service: alertmanager,
      expr: `100 * ${failed} / (${tried} > 0) > ${limit}`,
      holdFor: hold.telemetryDown,
      summary: 'Alertmanager cannot deliver: pages do not arrive.',
      description: `{{ $value | humanize }}% of the deliveries to {{ $labels.receiver_name }} by {{ $labels.integration }} fail (limit ${limit}%).`,
    },
    {
      ...shared,
      alert: WATCHDOG,
      family: WATCHDOG,
      severity: 'info',
      service: prometheus,
      expr: 'vector(1)',
      holdFor: '0s',
      summary: 'Always firing: the proof that alerts get through.',
      description: `Prometheus evaluates rules every ${evaluationInterval} and reaches Alertmanager. Page when this stops arriving.`,
    },
  ];
}
