import { QueryVariableBuilder, VariableRefresh, VariableSort } from '@grafana/grafana-foundation-sdk/dashboard';
import type { VigilConfig } from '@vigil/config/file';
import { NODEJS_EVENTLOOP_UTILIZATION, promName } from '@vigil/conventions';
import { DASHBOARD_UIDS } from '../dashboard-link.ts';
import { SERVICE_LABEL } from '../http-recording.ts';
import type { DashboardSpec } from './dashboard.ts';
import { dataSourceRef, dataSourceVariable } from './data-source.ts';
import { dependencyPanels } from './dependency-panels.ts';
import { httpPanels } from './http-panels.ts';
import { runtimePanels } from './runtime-panels.ts';
import { signalPanels } from './signal-panels.ts';
import { budgetPanels, verdictPanels } from './slo-panels.ts';

const serviceVariable = () =>
  new QueryVariableBuilder('service')
    .label('Service')
    .datasource(dataSourceRef('prometheus'))
    // A metric that every instrumented process has, whether it serves HTTP or not.
    .query(`label_values(${promName(NODEJS_EVENTLOOP_UTILIZATION)}, ${SERVICE_LABEL})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);

/** Is this service broken, for whom, since when, and what does it wait for? Never throws. */
export function serviceOverview(config: VigilConfig): DashboardSpec {
  const { links } = config;
  return {
    uid: DASHBOARD_UIDS.serviceOverview,
    title: 'Service overview',
    description: 'Is this service broken, for whom, since when, and what does it wait for?',
    variables: [
      dataSourceVariable('prometheus'),
      dataSourceVariable('loki'),
      dataSourceVariable('jaeger'),
      serviceVariable(),
    ],
    links: {
      'Traces in Jaeger': `${links.jaeger}/search?service=\${service}`,
      Alerts: `${links.prometheus}/alerts`,
      Silences: `${links.alertmanager}/#/silences`,
      'Telemetry pipeline': `/d/${DASHBOARD_UIDS.telemetryPipeline}`,
    },
    rows: [
      { title: 'Is it broken?', panels: verdictPanels(config) },
      { title: 'For whom? Requests by route', panels: httpPanels() },
      { title: 'How long can it go on? Error budgets', panels: budgetPanels(config) },
      { title: 'What does it wait for? Other services and the database', panels: dependencyPanels() },
      { title: 'How is the process? Node.js', panels: runtimePanels() },
      { title: 'What does it say? Logs and failed traces', panels: signalPanels() },
    ],
  };
}
