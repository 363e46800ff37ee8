/** Fixed identifiers of the dashboards: links and alerts lead to them. */
export const DASHBOARD_UIDS = {
  serviceOverview: 'vigil-service-overview',
  telemetryPipeline: 'vigil-telemetry-pipeline',
} as const;

export type DashboardUid = (typeof DASHBOARD_UIDS)[keyof typeof DASHBOARD_UIDS];

/** The address of a dashboard; the service overview opens at the service. Never throws. */
export function dashboardUrl(grafana: string, uid: DashboardUid, service: string): string {
  const page = `${grafana}/d/${uid}`;
  return uid === DASHBOARD_UIDS.serviceOverview ? `${page}?var-service=${encodeURIComponent(service)}` : page;
}
