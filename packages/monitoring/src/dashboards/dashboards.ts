import type { VigilConfig } from '@vigil/config/file';
import { buildDashboard } from './dashboard.ts';
import { serviceOverview } from './service-overview.ts';
import { telemetryPipeline } from './telemetry-pipeline.ts';

/** Every dashboard: path in the checkout and text. Never throws. */
export function dashboards(config: VigilConfig): [path: string, text: string][] {
  const file = (name: string, spec: Parameters<typeof buildDashboard>[0]): [string, string] => [
    `grafana/dashboards/${name}.json`,
    `${JSON.stringify(buildDashboard(spec), null, 2)}\n`,
  ];
  return [file('service-overview', serviceOverview(config)), file('telemetry-pipeline', telemetryPipeline(config))];
}
