import { durationSeconds, type VigilConfig } from '@vigil/config/file';
import { type DashboardUid, dashboardUrl } from './dashboard-link.ts';
import type { AlertingRule } from './rule-file.ts';

/** How much it matters: `critical` wakes somebody, `warning` waits for office hours, `info` is nobody's duty. */
export type Severity = 'critical' | 'warning' | 'info';

/** A symptom somebody should hear of. Everything that all alerts have in common is added by {@link alertingRule}. */
export interface Alert {
  /** CamelCase, subject first; the runbook has the same name. */
  readonly alert: string;
  /** What its faster or louder siblings share: a firing critical one mutes the warnings of its family and service. */
  readonly family: string;
  readonly severity: Severity;
  /** The application, or the program of the stack, that is in trouble. */
  readonly service: string;
  readonly team: string;
  readonly expr: string;
  /** How long the expression must hold; `0s` is at once. */
  readonly holdFor: string;
  /** A fixed sentence without values, so that pages of one alert look the same. */
  readonly summary: string;
  /** A sentence with the values. */
  readonly description: string;
  readonly dashboard: DashboardUid;
}

/** Turns an alert into Prometheus' rule: labels for routing, links to its runbook and its dashboard. Never throws. */
export function alertingRule(alert: Alert, { links }: VigilConfig): AlertingRule {
  return {
    alert: alert.alert,
    expr: alert.expr,
    ...(durationSeconds(alert.holdFor) === 0 ? {} : { for: alert.holdFor }),
    labels: { severity: alert.severity, team: alert.team, service: alert.service, family: alert.family },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      runbook_url: `${links.runbooks}/${alert.alert}.md`,
      dashboard_url: dashboardUrl(links.grafana, alert.dashboard, alert.service),
    },
  };
}
