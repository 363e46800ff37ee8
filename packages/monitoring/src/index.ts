export type { Alert, Severity } from './alert.ts';
export { DASHBOARD_UIDS, type DashboardUid } from './dashboard-link.ts';
export { type DashboardQuery, dashboardQueries } from './dashboards/dashboard-queries.ts';
export { alerts, render } from './render.ts';
