import type { VigilConfig } from '@vigil/config/file';
import { DEPLOYMENT_ENVIRONMENT_NAME, promLabel } from '@vigil/conventions';
import { stringify } from 'yaml';
import { COLLECTOR_DOWN } from './alerts/collector.ts';
import { NOTIFICATIONS_FAILING, WATCHDOG } from './alerts/delivery.ts';
import { SERVICE_ABSENT } from './alerts/service-absent.ts';
import { GENERATED_NOTICE } from './generated-notice.ts';

const RECEIVERS = { pager: 'pager', ticket: 'ticket', deadMan: 'dead-man' } as const;

/** One page for what is one trouble: the fast and the slow burn of a service belong together, two services do not. */
const GROUP_BY = ['family', 'service', promLabel(DEPLOYMENT_ENVIRONMENT_NAME)];
/** Beats a minute; a monitor should page when it has missed a few. */
const HEARTBEAT = { group_wait: '0s', group_interval: '1m', repeat_interval: '1m' };

type Webhook = VigilConfig['receivers']['pager'];

function webhookReceiver(name: string, webhook: Webhook | undefined, sendResolved: boolean) {
  // A receiver without integrations is right, not an omission: its alerts show in Alertmanager and Grafana.
  if (webhook === undefined) return { name };
  return {
    name,
    webhook_configs: [
      {
        url_file: webhook.urlFile,
        send_resolved: sendResolved,
        // Within the group interval Alertmanager tries again; a receiver that hangs must not use all of it up.
        timeout: '10s',
        http_config: { follow_redirects: false },
      },
    ],
  };
}

function timing({ groupWait, groupInterval, repeatInterval }: VigilConfig['alerting']['notify']['page']) {
  return { group_wait: groupWait, group_interval: groupInterval, repeat_interval: repeatInterval };
}

/**
 * Writes Alertmanager's configuration: the heartbeat first, critical alerts to the pager (that pages fail to the ticket receiver as well), warnings and infos to tickets,
 * and what has no known severity to the pager as well, for an alert must not vanish over a label. Never throws.
 */
export function alertmanagerFile({ receivers, alerting: { notify } }: VigilConfig): string {
  const config = {
    route: {
      receiver: RECEIVERS.pager,
      group_by: GROUP_BY,
      ...timing(notify.page),
      routes: [
        { receiver: RECEIVERS.deadMan, matchers: [`alertname="${WATCHDOG}"`], group_by: ['alertname'], ...HEARTBEAT },
        // Who is told that pages do not arrive must not be told by a page alone.
        {
          receiver: RECEIVERS.ticket,
          matchers: [`alertname="${NOTIFICATIONS_FAILING}"`],
          group_by: GROUP_BY,
          ...timing(notify.page),
          continue: true,
        },
        { receiver: RECEIVERS.pager, matchers: ['severity="critical"'], group_by: GROUP_BY, ...timing(notify.page) },
        {
          receiver: RECEIVERS.ticket,
          matchers: ['severity=~"warning|info"'],
          group_by: GROUP_BY,
          ...timing(notify.ticket),
        },
      ],
    },
    receivers: [
      webhookReceiver(RECEIVERS.pager, receivers.pager, true),
      webhookReceiver(RECEIVERS.ticket, receivers.ticket, true),
      // Nobody waits for the end of a heartbeat.
      webhookReceiver(RECEIVERS.deadMan, receivers.deadMan, false),
    ],
    inhibit_rules: [
      {
        source_matchers: ['severity="critical"'],
        target_matchers: ['severity=~"warning|info"'],
        equal: GROUP_BY,
      },
      // Every service looks absent when nothing can report.
      { source_matchers: [`alertname="${COLLECTOR_DOWN}"`], target_matchers: [`alertname="${SERVICE_ABSENT}"`] },
    ],
  };
  return `# ${GENERATED_NOTICE}\n${stringify(config, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
