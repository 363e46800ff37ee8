import type { NativeMetric } from './native-metric.ts';
import { SCRAPE_JOBS } from './scrape-job.ts';

const job = SCRAPE_JOBS.prometheus;

/** What Prometheus itself writes for every scraped target and for every alert. */
export const UP = {
  name: 'up',
  kind: 'gauge',
  labels: ['job', 'instance'],
  description: '1 when the last scrape of the target succeeded, 0 when it failed. A pushed application has none.',
  job: 'every job',
} as const satisfies NativeMetric;

export const ALERTS = {
  name: 'ALERTS',
  kind: 'gauge',
  labels: ['alertname', 'alertstate', 'severity', 'service', 'team'],
  description: '1 for every alert that is pending or firing.',
  job: 'the rules',
} as const satisfies NativeMetric;

export const PROMETHEUS_NOTIFICATIONS_ALERTMANAGERS_DISCOVERED = {
  name: 'prometheus_notifications_alertmanagers_discovered',
  kind: 'gauge',
  labels: [],
  description: 'Alertmanagers Prometheus knows; it says nothing about whether they answer.',
  job,
} as const satisfies NativeMetric;

export const PROMETHEUS_NOTIFICATIONS_SENT = {
  name: 'prometheus_notifications_sent_total',
  kind: 'counter',
  labels: ['alertmanager'],
  description: 'Alerts an Alertmanager took.',
  job,
} as const satisfies NativeMetric;

export const PROMETHEUS_NOTIFICATIONS_ERRORS = {
  name: 'prometheus_notifications_errors_total',
  kind: 'counter',
  labels: ['alertmanager'],
  description: 'Alerts an Alertmanager did not take.',
  job,
} as const satisfies NativeMetric;

export const PROMETHEUS_METRICS: readonly NativeMetric[] = [
  UP,
  ALERTS,
  PROMETHEUS_NOTIFICATIONS_ALERTMANAGERS_DISCOVERED,
  PROMETHEUS_NOTIFICATIONS_SENT,
  PROMETHEUS_NOTIFICATIONS_ERRORS,
];
