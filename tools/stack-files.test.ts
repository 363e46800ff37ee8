import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const readEnv = (path: string) =>
  Object.fromEntries([...read(path).matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
const stack = readEnv('stack.env');
const versions = readEnv('versions.env');

interface Service {
  readonly image: string;
  readonly user: string;
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}
const compose = parse(read('docker-compose.stack.yml'), { merge: true }) as { services: Record<string, Service> };
const services = Object.entries(compose.services);

test('docker-compose.monitoring.yml takes versions and ports from the two files and says nothing twice', () => {
  expect(parse(read('docker-compose.monitoring.yml'))).toEqual({
    name: 'vigil',
    include: [{ path: 'docker-compose.stack.yml', env_file: ['versions.env', 'stack.env'] }],
  });
});

test('every variable of the compose file is in stack.env or versions.env, or has a default', () => {
  const names = [...read('docker-compose.stack.yml').matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !(name in stack) && !(name in versions))).toEqual([]);
});

test.each(services)('service %s is hardened', (name, service) => {
  expect(service).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    pids_limit: expect.any(Number),
    mem_limit: expect.any(String),
    logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
  });
  expect(service.image).toMatch(/^\$\{VIGIL_[A-Z]+_IMAGE\}$/);
  expect(service).not.toHaveProperty('privileged');
  if (name === 'prepare') expect(service).toMatchObject({ network_mode: 'none', restart: 'no' });
  else {
    expect(service).toMatchObject({
      networks: ['stack'],
      restart: 'unless-stopped',
      user: `\${VIGIL_${name.toUpperCase()}_USER}`,
      depends_on: { prepare: { condition: 'service_completed_successfully' } },
    });
    expect(service).not.toHaveProperty('cap_add');
  }
});

test.each(services)('service %s publishes on 127.0.0.1 only, each port under its usual number inside', (_, service) => {
  for (const port of service.ports ?? []) {
    const [, setting = '', inside] = /^127\.0\.0\.1:\$\{(\w+)\}:(\d+)$/.exec(port) ?? [];
    expect([port, stack[setting]]).toEqual([port, inside]);
  }
});

test.each(services)('service %s has no password in its environment, only the name of a file', (_, service) => {
  const secret = /PASSWORD|SECRET|TOKEN|KEY/;
  const plain = Object.keys(service.environment ?? {}).filter((name) => secret.test(name) && !name.endsWith('__FILE'));
  expect(plain.filter((name) => name !== 'SECRET_OWNERS')).toEqual([]);
});

test('GOMEMLIMIT is 80 % of each container’s memory, rounded down, and every Go program gets it', () => {
  const limits = Object.keys(stack).filter((name) => name.endsWith('_GOMEMLIMIT_MIB'));
  expect(limits).toHaveLength(6);
  for (const name of limits) {
    const memory = Number(stack[name.replace('_GOMEMLIMIT', '_MEMORY')]);
    expect([name, Number(stack[name])]).toEqual([name, Math.floor(memory * 0.8)]);
    const service = name.split('_')[1]?.toLowerCase() ?? '';
    expect(compose.services[service]?.environment?.GOMEMLIMIT).toBe(`\${${name}}MiB`);
  }
});

test.each(['collector/gateway.yaml', 'collector/backends/jaeger.yaml', 'collector/backends/loki.yaml'])(
  'the defaults in %s are the values of stack.env',
  (path) => {
    const defaults = [...read(path).matchAll(/\$\{(?:env:)?(VIGIL_\w+):-([^}]*)\}/g)];
    expect(defaults.length).toBeGreaterThan(3);
    for (const [, name = '', value] of defaults) if (name in stack) expect([name, value]).toEqual([name, stack[name]]);
  },
);

test('the default addresses of the stores in gateway.yaml are the ports of stack.env', () => {
  const gateway = read('collector/gateway.yaml');
  const address = (name: string) =>
    new RegExp(`\\$\\{env:${name}:-http://127\\.0\\.0\\.1:(\\d+)\\}`).exec(gateway)?.[1];
  expect(address('VIGIL_JAEGER_OTLP_URL')).toBe(stack.VIGIL_JAEGER_OTLP_PORT);
  expect(address('VIGIL_PROMETHEUS_URL')).toBe(stack.VIGIL_PROMETHEUS_PORT);
  expect(address('VIGIL_LOKI_URL')).toBe(stack.VIGIL_LOKI_PORT);
});

test('each scrape job has a target file for Docker that names its service and its usual port', () => {
  const { scrape_configs: jobs } = parse(read('collector/backends/prometheus.yaml')) as {
    scrape_configs: { job_name: string; file_sd_configs: { files: string[] }[] }[];
  };
  const setting: Readonly<Record<string, string>> = {
    collector: 'VIGIL_COLLECTOR_METRICS_PORT',
    prometheus: 'VIGIL_PROMETHEUS_PORT',
    alertmanager: 'VIGIL_ALERTMANAGER_PORT',
    jaeger: 'VIGIL_JAEGER_METRICS_PORT',
    loki: 'VIGIL_LOKI_PORT',
  };
  expect(jobs.map(({ job_name }) => job_name)).toEqual(Object.keys(setting));
  expect(readdirSync(join(ROOT, 'collector/backends/targets/docker')).sort()).toEqual(
    jobs.map(({ job_name }) => `${job_name}.yaml`).sort(),
  );
  for (const { job_name: job, file_sd_configs: files } of jobs) {
    expect(files).toEqual([{ files: [`targets/${job}.yaml`] }]);
    expect(Object.keys(compose.services)).toContain(job);
    const targets = parse(read(`collector/backends/targets/docker/${job}.yaml`));
    expect(targets).toEqual([{ targets: [`${job}:${stack[setting[job] ?? '']}`] }]);
  }
});
