import type { VigilConfig } from '@vigil/config/file';
import { type Alert, alertingRule } from './alert.ts';
import { alertmanagerFile } from './alertmanager.ts';
import { collectorAlerts } from './alerts/collector.ts';
import { deliveryAlerts } from './alerts/delivery.ts';
import { serviceAbsentAlerts } from './alerts/service-absent.ts';
import { sloBurnAlerts } from './alerts/slo-burn.ts';
import { storeAlerts } from './alerts/stores.ts';
import { dashboards } from './dashboards/dashboards.ts';
import { httpRecordingGroups } from './http-recording.ts';
import { ruleFile } from './rule-file.ts';

/** Every alert of a configuration, in the order of the rule files. Never throws. */
export function alerts(config: VigilConfig): Alert[] {
  return [sloBurnAlerts, serviceAbsentAlerts, collectorAlerts, storeAlerts, deliveryAlerts].flatMap((of) => of(config));
}

/**
 * Renders a configuration to files: path in the checkout → text. Pure: nothing is read or written, and the same
 * configuration gives the same bytes. Never throws.
 *
 * @example
 * ```ts
 * import { parseVigilConfig } from '@vigil/config/file';
 * import { render } from '@vigil/monitoring';
 * declare const text: string;
 * for (const path of render(parseVigilConfig(text, 'vigil.yaml')).keys()) path; // 'alerting/rules/http-recording.yaml', …
 * ```
 */
export function render(config: VigilConfig): ReadonlyMap<string, string> {
  const alertFile = (name: string, of: (config: VigilConfig) => Alert[]): [string, string] => {
    const rules = of(config).map((alert) => alertingRule(alert, config));
    const interval = config.alerting.evaluationInterval;
    return [`alerting/rules/${name}.yaml`, ruleFile([{ name, interval, rules }])];
  };
  return new Map([
    ['alerting/rules/http-recording.yaml', ruleFile(httpRecordingGroups(config))],
    alertFile('slo-burn', sloBurnAlerts),
    alertFile('service-absent', serviceAbsentAlerts),
    alertFile('collector', collectorAlerts),
    alertFile('stores', storeAlerts),
    alertFile('delivery', deliveryAlerts),
    ['alerting/alertmanager.yaml', alertmanagerFile(config)],
    ...dashboards(config),
  ]);
}
