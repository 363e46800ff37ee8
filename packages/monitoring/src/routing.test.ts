import { expect, test } from '@jest/globals';
import { alerts } from './render.ts';
import { checkoutConfig } from './test/checkout.ts';
import { runProgram } from './test/programs.ts';

const FILE = 'alerting/alertmanager.yaml';

/** Labels → the one receiver that gets an alert with them. */
const ROUTES: readonly [claim: string, labels: Readonly<Record<string, string>>, receiver: string][] = [
  ['a critical alert wakes somebody', { alertname: 'X', severity: 'critical', team: 'storefront' }, 'pager'],
  ['a warning wakes nobody', { alertname: 'X', severity: 'warning', team: 'storefront' }, 'ticket'],
  ['an info wakes nobody', { alertname: 'X', severity: 'info' }, 'ticket'],
  ['an alert without a severity wakes somebody', { alertname: 'X' }, 'pager'],
  ['a mistyped severity wakes somebody', { alertname: 'X', severity: 'criticall' }, 'pager'],
  [
    'the heartbeat goes to the dead-man monitor, whatever its severity',
    { alertname: 'Watchdog', severity: 'critical' },
    'dead-man',
  ],
];

const routed = (labels: Readonly<Record<string, string>>, receiver: string) =>
  runProgram('amtool', [
    'config',
    'routes',
    'test',
    `--config.file=${FILE}`,
    `--verify.receivers=${receiver}`,
    ...Object.entries(labels).map(([label, value]) => `${label}=${value}`),
  ]);

test('amtool accepts the configuration', async () => {
  await expect(runProgram('amtool', ['check-config', FILE])).resolves.toContain('SUCCESS');
});

test.each(ROUTES)('amtool: %s', async (_claim, labels, receiver) => {
  expect((await routed(labels, receiver)).trim()).toBe(receiver);
});

test('amtool: a wrong expectation is noticed', async () => {
  await expect(routed({ severity: 'warning' }, 'pager')).rejects.toThrow('routes test');
});

test.each(
  alerts(checkoutConfig()).map(({ alert, severity, team, service, family }) => ({
    alert,
    severity,
    team,
    service,
    family,
  })),
)('amtool: $alert of $service ($severity) arrives where its severity says', async ({ alert, ...labels }) => {
  const bySeverity = labels.severity === 'critical' ? 'pager' : 'ticket';
  // That pages do not arrive is said by a second way as well.
  const special: Readonly<Record<string, string>> = {
    Watchdog: 'dead-man',
    AlertmanagerNotificationsFailing: 'ticket,pager',
  };
  const receiver = special[alert] ?? bySeverity;
  expect((await routed({ alertname: alert, ...labels }, receiver)).trim()).toBe(receiver);
});
