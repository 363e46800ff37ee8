import { expect, test } from '@jest/globals';
import { endpoints } from '../stack/endpoints.ts';
import { eventually } from '../stack/eventually.ts';
import { driveLoad, startLoad } from '../stack/load.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';

const { pager, payments, shop, alertmanager } = endpoints();

interface Alert {
  readonly name: string;
  readonly status: string;
  readonly severity: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly links: readonly { readonly title: string; readonly url: string }[];
}

async function firingPages(): Promise<Alert[]> {
  const { pages } = (await (await fetch(`${pager}/api/pages`)).json()) as { pages: { alerts: Alert[] }[] };
  return pages.flatMap(({ alerts }) => alerts).filter(({ status }) => status === 'firing');
}

const ofPayments = ({ severity, labels }: Alert) => severity === 'critical' && labels.service === 'payments';

test('healthy traffic pages nobody about payments; failing payments page, with runbook and dashboard', async () => {
  await driveLoad(shop, 10);
  expect((await firingPages()).filter(ofPayments)).toEqual([]);
  const fault = `${payments}/faults/errors`;
  const ttlSeconds = WORST_CASE_MILLIS.paged / 1000;
  const turnedOn = await fetch(fault, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ratio: 0.6, ttlSeconds }),
  });
  expect(turnedOn.status).toBe(200);
  const load = startLoad(shop, ttlSeconds);
  try {
    const page = await eventually('a critical page of payments', WORST_CASE_MILLIS.paged, async () =>
      (await firingPages()).find(ofPayments),
    );
    expect(page.name).toBe('AvailabilityBudgetBurnFast');
    expect(page.labels.deployment_environment_name).toBe('e2e');
    expect(page.links.map(({ title }) => title)).toEqual(expect.arrayContaining(['Runbook', 'Dashboard']));
  } finally {
    // The tests after this one count on healthy payments.
    await fetch(fault, { method: 'DELETE' });
    await load.stop();
  }
});

test('Alertmanager itself knows the alert and who gets it', async () => {
  const response = await fetch(`${alertmanager}/api/v2/alerts?filter=${encodeURIComponent('service="payments"')}`);
  const alerts = (await response.json()) as { labels: { severity: string }; receivers: { name: string }[] }[];
  const critical = alerts.find(({ labels }) => labels.severity === 'critical');
  expect(critical?.receivers.map(({ name }) => name)).toEqual(['pager']);
});
