import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type Alert, alertingRule } from './alert.ts';
import { alerts, render } from './render.ts';
import { checkoutConfig } from './test/checkout.ts';
import { program } from './test/programs.ts';

// The real Alertmanager with the generated configuration and a receiver that writes down what arrives. Only the waiting
// times are shorter than in the checkout.
const checkout = checkoutConfig();
const times = { groupWait: '0s', groupInterval: '1s', repeatInterval: '1h' };
const config = {
  ...checkout,
  alerting: { ...checkout.alerting, notify: { page: times, ticket: times } },
  receivers: { pager: { urlFile: 'secrets/pager-url' }, ticket: { urlFile: 'secrets/ticket-url' } },
};

interface Message {
  readonly path: string;
  readonly status: string;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
  }[];
}

const folder = mkdtempSync(join(tmpdir(), 'vigil-delivery-'));
const received: Message[] = [];
let receiver: Server;
let alertmanager: ChildProcess;
let address: string;

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const listening = (server: Server) =>
  new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve(portOf(server))));

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Deliveries take a second or two here; the rest is what a busy machine adds. */
const PATIENCE_MILLIS = 60_000;
jest.setTimeout(4 * PATIENCE_MILLIS);

async function until<T>(what: string, read: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MILLIS;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${PATIENCE_MILLIS / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ path: request.url ?? '', ...(JSON.parse(body) as Omit<Message, 'path'>) });
      response.end();
    });
  });
  const port = await listening(receiver);
  mkdirSync(join(folder, 'secrets'));
  writeFileSync(join(folder, 'secrets/pager-url'), `http://127.0.0.1:${port}/page`);
  writeFileSync(join(folder, 'secrets/ticket-url'), `http://127.0.0.1:${port}/ticket`);
  writeFileSync(join(folder, 'alertmanager.yaml'), render(config).get('alerting/alertmanager.yaml') ?? '');
  const own = await freePort();
  address = `http://127.0.0.1:${own}`;
  const flags = ['--config.file=alertmanager.yaml', '--storage.path=data', `--web.listen-address=127.0.0.1:${own}`];
  alertmanager = spawn(program('alertmanager'), [...flags, '--cluster.listen-address='], {
    cwd: folder,
    stdio: 'ignore',
  });
  await until('readiness of Alertmanager', async () =>
    (await fetch(`${address}/-/ready`).catch(() => undefined))?.ok ? true : undefined,
  );
});

afterAll(async () => {
  if (alertmanager?.exitCode === null) {
    const ended = new Promise((resolve) => alertmanager.once('exit', resolve));
    alertmanager.kill('SIGKILL');
    await ended;
  }
  await new Promise((resolve) => receiver.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function alertOf(name: string, service?: string): Alert {
  const found = alerts(config).find((one) => one.alert === name && (service === undefined || one.service === service));
  if (found === undefined) throw new Error(`no alert ${name}`);
  return found;
}

/** Says to Alertmanager what Prometheus would say. */
async function send(alert: Alert, state: 'firing' | 'resolved'): Promise<void> {
  const { labels, annotations } = alertingRule(alert, config);
  const now = Date.now();
  const endsAt = new Date(state === 'firing' ? now + 60_000 : now - 1).toISOString();
  const body = JSON.stringify([
    {
      labels: { alertname: alert.alert, ...labels },
      annotations,
      startsAt: new Date(now - 1_000).toISOString(),
      endsAt,
    },
  ]);
  const response = await fetch(`${address}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  if (!response.ok) throw new Error(`Alertmanager answered ${response.status}: ${await response.text()}`);
}

const arrived = (path: string, name: string, status: string) => () =>
  received.find(
    (one) => one.path === path && one.status === status && one.alerts.some(({ labels }) => labels.alertname === name),
  );

const stateOf = async (name: string) => {
  const all = (await (await fetch(`${address}/api/v2/alerts`)).json()) as {
    labels: { alertname: string };
    status: { state: string };
  }[];
  return all.find(({ labels }) => labels.alertname === name)?.status.state;
};

test('a page arrives with runbook and dashboard, and so does its end', async () => {
  const alert = alertOf('AvailabilityBudgetBurnFast', 'shop');
  await send(alert, 'firing');
  const page = await until('the page', arrived('/page', alert.alert, 'firing'));
  expect(page.alerts[0]?.labels).toMatchObject({ severity: 'critical', team: 'storefront', service: 'shop' });
  expect(page.alerts[0]?.annotations).toMatchObject({
    summary: 'shop burns its availability budget so fast that users notice now.',
    runbook_url: expect.stringMatching(/\/AvailabilityBudgetBurnFast\.md$/),
    dashboard_url: expect.stringMatching(/\?var-service=shop$/),
  });
  await send(alert, 'resolved');
  await until('the end of the page', arrived('/page', alert.alert, 'resolved'));
});

test('a firing fast burn mutes the slow burn of its service, not that of another', async () => {
  await send(alertOf('LatencyBudgetBurnFast', 'shop'), 'firing');
  await until('the page', arrived('/page', 'LatencyBudgetBurnFast', 'firing'));
  await send(alertOf('LatencyBudgetBurnSlow', 'shop'), 'firing');
  await send(alertOf('LatencyBudgetBurnSlow', 'payments'), 'firing');
  const ticket = await until('the ticket', arrived('/ticket', 'LatencyBudgetBurnSlow', 'firing'));
  expect(ticket.alerts.map(({ labels }) => labels.service)).toEqual(['payments']);
});

test('a dead collector mutes the absence of services, which pages once the collector is back', async () => {
  await send(alertOf('CollectorDown'), 'firing');
  await until('the page', arrived('/page', 'CollectorDown', 'firing'));
  await send(alertOf('ServiceAbsent', 'shop'), 'firing');
  await until('the mute', async () => ((await stateOf('ServiceAbsent')) === 'suppressed' ? true : undefined));
  expect(arrived('/page', 'ServiceAbsent', 'firing')()).toBeUndefined();
  await send(alertOf('CollectorDown'), 'resolved');
  await until('the page after all', arrived('/page', 'ServiceAbsent', 'firing'));
});
