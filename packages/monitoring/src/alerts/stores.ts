import { durationSeconds, type VigilConfig } from '@vigil/config/file';
import { SCRAPE_JOBS, UP } from '@vigil/conventions';
import type { Alert } from '../alert.ts';
import { DASHBOARD_UIDS } from '../dashboard-link.ts';
import { select } from '../promql.ts';

/** Four scrapes. */
const STALE_AFTER = '1m';

/** Stores that Prometheus scrapes, with what is missing without them. */
const STORES = [
  { job: SCRAPE_JOBS.jaeger, title: 'Jaeger', missing: 'traces' },
  { job: SCRAPE_JOBS.loki, title: 'Loki', missing: 'logs' },
] as const;

/** Alerts on the stores: one is down, or Prometheus keeps nothing of what it takes. Never throws. */
export function storeAlerts({ telemetry, alerting: { hold } }: VigilConfig): Alert[] {
  const shared = { team: telemetry.team, dashboard: DASHBOARD_UIDS.telemetryPipeline, holdFor: hold.telemetryDown };
  const own = select(UP.name, { job: SCRAPE_JOBS.prometheus });
  return [
    ...STORES.map(({ job, title, missing }): Alert => {
      const up = select(UP.name, { job });
      return {
        ...shared,
        alert: 'StoreDown',
        family: 'StoreDown',
        // The collector's queue holds what comes meanwhile: CollectorQueueOverflowing is what wakes somebody.
        severity: 'warning',
        service: job,
        expr: `${up} == 0 or absent(${up})`,
        summary: `${title} is down: nobody sees ${missing}.`,
        description: `Prometheus has not reached ${title} for ${hold.telemetryDown}. The collector keeps ${missing} in its queue until that is full.`,
      };
    }),
    {
      ...shared,
      alert: 'PrometheusNotStoring',
      family: 'PrometheusNotStoring',
      severity: 'critical',
      service: SCRAPE_JOBS.prometheus,
      // With a full disk Prometheus goes on answering, and its own counters of failed writes are not written either.
      expr: `time() - max by (job) (timestamp(${own})) > ${durationSeconds(STALE_AFTER)} or absent(${own})`,
      summary: 'Prometheus keeps no samples: rules see old values, and what it is sent is lost.',
      description: `The newest sample of Prometheus about itself is older than ${STALE_AFTER}: its disk is full, or it cannot write.`,
    },
  ];
}
