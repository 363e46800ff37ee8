import type { VigilConfig } from '@vigil/config/file';
import { TARGET_INFO } from '@vigil/conventions';
import type { Alert } from '../alert.ts';
import { DASHBOARD_UIDS } from '../dashboard-link.ts';
import { literally, select } from '../promql.ts';

/** What mutes it: when the collector is down, every service looks absent. */
export const SERVICE_ABSENT = 'ServiceAbsent';

/** One alert a service that has stopped reporting: an application that pushes has no `up`. Never throws. */
export function serviceAbsentAlerts({ services, alerting }: VigilConfig): Alert[] {
  return services.map(({ name, team }) => {
    // `job` is `service.name`, with the namespace and a slash before it when there is one; it is there however
    // Prometheus is told to treat identifying attributes.
    const info = select(TARGET_INFO, { job: new RegExp(`(.+/)?${literally(name)}`) });
    return {
      alert: SERVICE_ABSENT,
      family: SERVICE_ABSENT,
      severity: 'critical',
      service: name,
      team,
      expr: `absent_over_time(${info}[${alerting.absentAfter}])`,
      holdFor: alerting.hold.serviceAbsent,
      summary: `${name} has stopped reporting.`,
      description: `No instance of ${name} has sent a metric for ${alerting.absentAfter} and more: it is down, or its telemetry is.`,
      dashboard: DASHBOARD_UIDS.serviceOverview,
    };
  });
}
