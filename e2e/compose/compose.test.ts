import { afterAll, beforeAll, expect } from '@jest/globals';
import { awaitSignals, createStoreClient, SIGNAL_MATRIX, type StoreClient } from '@vigil/cli';
import { requires } from '../requirement.ts';
import { eventually } from '../stack/eventually.ts';
import { driveLoad } from '../stack/load.ts';
import { sendGauge, sendLog, sendTrace } from '../stack/otlp.ts';
import { patience } from '../stack/patience.ts';
import { ROOT } from '../stack/vigil.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';
import { noApplications, startApplications } from './applications.ts';
import { buildOwnCollector, WITHOUT_IMAGE } from './build-images.ts';
import { ComposeProject, freeStackPorts, PROGRAMS, readEnvFile } from './compose-project.ts';
import type { Engine } from './engine.ts';
import { buildStandIns, findStandInEngine, type StandIns } from './stand-ins.ts';

const found = await findStandInEngine();
const unavailable = found.kind === 'none' ? found.reason : undefined;
const test = requires(unavailable);

const settings = readEnvFile('stack.env');
const began = new Date();
let engine: Engine;
let project: ComposeProject;
let services: string[];
let ports: Record<string, string>;
let stores: StoreClient;
let standIns: StandIns;

const at = (setting: string) => `http://127.0.0.1:${ports[`VIGIL_${setting}_PORT`]}`;
const up = (more: Record<string, string> = {}) => project.run(['up', '--detach', '--pull', 'never', ...services], more);

/** Resolves when every service answers on its published port. */
async function expectReady(): Promise<void> {
  const urls = [
    `${at('PROMETHEUS')}/-/ready`,
    `${at('ALERTMANAGER')}/-/ready`,
    `${at('JAEGER')}/api/services`,
    `${at('LOKI')}/ready`,
    `${at('PAGER')}/`,
  ];
  for (const url of urls) {
    await eventually(url, WORST_CASE_MILLIS.restarted, async () => ((await fetch(url)).ok ? true : undefined));
  }
  const otlp = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  await eventually('the collector', WORST_CASE_MILLIS.restarted, async () =>
    (await fetch(`${at('OTLP_HTTP')}/v1/traces`, otlp)).ok ? true : undefined,
  );
}

const expectTrace = (id: string) =>
  eventually(`trace ${id}`, WORST_CASE_MILLIS.redelivered, async () =>
    (await stores.trace(id)).length > 0 ? true : undefined,
  );

beforeAll(async () => {
  if (found.kind !== 'engine') return;
  engine = found.engine;
  standIns = await buildStandIns(engine);
  ports = await freeStackPorts();
  project = new ComposeProject(`vigil-e2e-${process.pid}`, engine, { ...standIns.images, ...ports });
  const { output } = await project.run(['config', '--services']);
  services = output.split('\n').filter((name) => name !== '' && !WITHOUT_IMAGE.includes(name));
  stores = createStoreClient({ prometheus: at('PROMETHEUS'), jaeger: at('JAEGER'), loki: at('LOKI') });
});

afterAll(async () => {
  await project?.run(['down', '--volumes', '--timeout', '20']);
  await standIns?.stop();
});

test('a page address that is no URL stops the start: prepare says so, nothing else runs', async () => {
  const { code } = await up({ VIGIL_PAGER_URL: 'pager' });
  expect(code).not.toBe(0);
  const { output } = await project.run(['logs', 'prepare']);
  expect(output).toContain('prepare: PAGER_URL: expected an http or https URL');
  const running = [...(await project.containers()).values()].filter(({ State }) => State.Running);
  expect(running.map(({ Name }) => Name)).toEqual([]);
});

test('docker compose up brings up every service but Grafana, each ready on its published port', async () => {
  const { code, output } = await up();
  expect([code, code === 0 ? '' : output]).toEqual([0, '']);
  await expectReady();
  const { prepare, ...rest } = Object.fromEntries(await project.containers());
  expect(prepare?.State).toMatchObject({ Running: false, ExitCode: 0 });
  expect(Object.keys(rest).sort()).toEqual(['alertmanager', 'collector', 'jaeger', 'loki', 'pager', 'prometheus']);
  for (const { Name, RestartCount } of Object.values(rest)) expect([Name, RestartCount]).toEqual([Name, 0]);
});

test('every container runs hardened: no root, no capability, read-only, bounded, ports on loopback only', async () => {
  for (const [service, { Config, HostConfig }] of await project.containers()) {
    const memory = settings[`VIGIL_${service.toUpperCase()}_MEMORY_MIB`] ?? '128';
    expect([service, HostConfig]).toEqual([
      service,
      expect.objectContaining({
        ReadonlyRootfs: true,
        Privileged: false,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
        Memory: Number(memory) * 1_048_576,
        LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
      }),
    ]);
    expect(HostConfig.PidsLimit).toBeGreaterThan(0);
    for (const bindings of Object.values(HostConfig.PortBindings ?? {})) {
      expect(bindings.map(({ HostIp }) => HostIp)).toEqual(['127.0.0.1']);
    }
    if (service === 'prepare') expect(HostConfig.NetworkMode).toBe('none');
    else {
      expect(Config.User).toBe(settings[`VIGIL_${service.toUpperCase()}_USER`]);
      expect(HostConfig).toMatchObject({ CapAdd: null, RestartPolicy: { Name: 'unless-stopped' } });
    }
  }
});

test('each volume belongs to its image’s user, and each secret can be read by one user only', async () => {
  const { Id } = await project.container('prepare');
  for (const volume of ['collector', 'prometheus', 'alertmanager', 'jaeger', 'loki', 'grafana']) {
    const { owner, mode } = await engine.api.stat(Id, `/volumes/${volume}`);
    expect([volume, owner, mode]).toEqual([volume, settings[`VIGIL_${volume.toUpperCase()}_USER`], '750']);
  }
  const secret = (name: string) => engine.api.stat(Id, `/volumes/secrets/${name}`);
  expect(await secret('pager-url')).toMatchObject({ owner: settings.VIGIL_ALERTMANAGER_USER, mode: '400' });
  expect(await secret('grafana-admin-password')).toMatchObject({ owner: settings.VIGIL_GRAFANA_USER, mode: '400' });
});

test('a trace, a metric and a log sent by OTLP are found in Jaeger, Prometheus and Loki', async () => {
  const traceId = await sendTrace(at('OTLP_HTTP'), 'compose');
  await sendGauge(at('OTLP_HTTP'), 'compose', 'e2e_compose', 7);
  await sendLog(at('OTLP_HTTP'), 'compose', 'hello from compose');
  await expectTrace(traceId);
  const [sample] = await eventually('the gauge', WORST_CASE_MILLIS.stored, async () => {
    const samples = await stores.prometheus('e2e_compose{job="compose"}');
    return samples.length > 0 ? samples : undefined;
  });
  expect(sample).toMatchObject({
    value: 7,
    labels: { service_name: 'compose', deployment_environment_name: settings.VIGIL_COLLECTOR_DEPLOYMENT_ENVIRONMENT },
  });
  const lines = await eventually('the log', WORST_CASE_MILLIS.stored, async () => {
    const found = await stores.logs('{service_name="compose"}', began, 5);
    return found.length > 0 ? found : undefined;
  });
  expect(lines).toEqual(['hello from compose']);
});

test('Prometheus scrapes all five jobs, runs every rule file and knows the Alertmanager', async () => {
  await eventually('five targets up', WORST_CASE_MILLIS.scraped, async () => {
    const jobs = (await stores.prometheus('up == 1')).map(({ labels }) => labels.job).sort();
    return jobs.join() === 'alertmanager,collector,jaeger,loki,prometheus' ? true : undefined;
  });
  const rules = (await (await fetch(`${at('PROMETHEUS')}/api/v1/rules`)).json()) as {
    data: { groups: { rules: { health: string }[] }[] };
  };
  const health = rules.data.groups.flatMap((group) => group.rules.map((rule) => rule.health));
  expect(health.length).toBeGreaterThan(5);
  expect(health.filter((state) => state === 'err')).toEqual([]);
  await eventually('one Alertmanager', WORST_CASE_MILLIS.scraped, async () =>
    (await stores.prometheus('prometheus_notifications_alertmanagers_discovered'))[0]?.value === 1 ? true : undefined,
  );
});

test('a critical alert reaches the pager', async () => {
  const alert = {
    labels: { alertname: 'ComposeTest', severity: 'critical', service: 'compose', family: 'compose' },
    annotations: { summary: 'Sent by the compose test.' },
  };
  const posted = await fetch(`${at('ALERTMANAGER')}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([alert]),
  });
  expect(posted.status).toBe(200);
  await eventually('the page', WORST_CASE_MILLIS.paged, async () =>
    (await (await fetch(`${at('PAGER')}/`)).text()).includes('ComposeTest') ? true : undefined,
  );
});

const matrix = requires(unavailable ?? noApplications);
matrix(
  `the signal matrix: every one of its ${SIGNAL_MATRIX.length} sources is found in every store it must reach`,
  async () => {
    const applications = await startApplications(at('OTLP_HTTP'), ports);
    try {
      const since = new Date();
      await driveLoad(applications.shop, 15);
      const findings = await awaitSignals(SIGNAL_MATRIX, stores, since, patience(WORST_CASE_MILLIS.scraped));
      expect(findings.length).toBeGreaterThanOrEqual(SIGNAL_MATRIX.length);
      expect(findings.filter(({ count }) => count === 0)).toEqual([]);
    } finally {
      await applications.stop();
    }
  },
);

test('the collector is killed while Jaeger is paused: it is started again, and all 50 accepted traces arrive', async () => {
  const [collector, jaeger] = [await project.container('collector'), await project.container('jaeger')];
  await engine.api.post(`/containers/${jaeger.Id}/pause`);
  const ids = await Promise.all(Array.from({ length: 50 }, () => sendTrace(at('OTLP_HTTP'), 'compose-killed')));
  if (engine.own) {
    // A crash from outside: the engine starts it again by itself, which it does not after a kill of its own.
    process.kill(collector.State.Pid, 'SIGKILL');
  } else {
    await engine.api.post(`/containers/${collector.Id}/kill?signal=SIGKILL`);
    await engine.api.post(`/containers/${collector.Id}/start`);
  }
  await eventually('the collector is back', WORST_CASE_MILLIS.restarted, async () => {
    const now = await project.container('collector');
    return now.State.Running && now.State.Pid !== collector.State.Pid ? true : undefined;
  });
  await engine.api.post(`/containers/${jaeger.Id}/unpause`);
  for (const id of ids) await expectTrace(id);
});

test('down and up again: data and the generated password are still there', async () => {
  const traceId = await sendTrace(at('OTLP_HTTP'), 'compose-kept');
  await expectTrace(traceId);
  const password = async () => {
    const { Id } = await project.container('prepare');
    return (await engine.api.stat(Id, '/volumes/secrets/grafana-admin-password')).modified;
  };
  const made = await password();
  expect((await project.run(['down'])).code).toBe(0);
  const { code, output } = await up();
  expect([code, code === 0 ? '' : output]).toEqual([0, '']);
  await expectReady();
  await expectTrace(traceId);
  expect((await stores.logs('{service_name="compose"}', began, 5)).length).toBe(1);
  expect((await stores.prometheus('last_over_time(e2e_compose[1h])'))[0]?.value).toBe(7);
  expect(await password()).toBe(made);
});

test('the own collector image and the tail-sampling overlay are one variable each', async () => {
  const image = await buildOwnCollector(engine.api, ROOT, PROGRAMS);
  standIns.add(image);
  const more = { VIGIL_COLLECTOR_IMAGE: image, VIGIL_COLLECTOR_OVERLAY: 'tail-sampling' };
  expect((await up(more)).code).toBe(0);
  await expectReady();
  const { Config, RestartCount } = await project.container('collector');
  expect(Config).toMatchObject({
    Image: image,
    Cmd: expect.arrayContaining([expect.stringContaining('tail-sampling')]),
  });
  await eventually('span metrics', WORST_CASE_MILLIS.sampled, async () => {
    await sendTrace(at('OTLP_HTTP'), 'compose-sampled');
    const calls = await stores.prometheus('traces_span_metrics_calls_total{service_name="compose-sampled"}');
    return calls.length > 0 ? true : undefined;
  });
  expect(RestartCount).toBe(0);
});

test('down --volumes leaves no container, network or volume', async () => {
  const { code } = await project.run(['down', '--volumes']);
  expect(code).toBe(0);
  expect(await project.leftovers()).toEqual([]);
});
