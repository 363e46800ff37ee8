import type { NativeMetric } from './native-metric.ts';
import { SCRAPE_JOBS } from './scrape-job.ts';

const job = SCRAPE_JOBS.alertmanager;

export const ALERTMANAGER_NOTIFICATION_REQUESTS = {
  name: 'alertmanager_notification_requests_total',
  kind: 'counter',
  labels: ['receiver_name', 'integration'],
  description: 'Attempts to deliver a notification.',
  job,
} as const satisfies NativeMetric;

export const ALERTMANAGER_NOTIFICATION_REQUESTS_FAILED = {
  name: 'alertmanager_notification_requests_failed_total',
  kind: 'counter',
  labels: ['receiver_name', 'integration'],
  description:
    'Attempts to deliver a notification that failed; Alertmanager tries again until the group interval is over.',
  job,
} as const satisfies NativeMetric;

export const ALERTMANAGER_METRICS: readonly NativeMetric[] = [
  ALERTMANAGER_NOTIFICATION_REQUESTS,
  ALERTMANAGER_NOTIFICATION_REQUESTS_FAILED,
];
