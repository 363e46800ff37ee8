import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { imageVersion } from '../image-version.ts';
import { findStack, loadStackSettings } from '../stack-paths.ts';
import { pageAddress } from './pager.ts';
import { type NativeProgram, nativePrograms } from './programs.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

function programs(environment: Record<string, string> = {}, pagerAddress?: string): readonly NativeProgram[] {
  const settings = loadStackSettings(root, environment);
  return nativePrograms({ paths: findStack(root, environment), settings, inherited: { PATH: '/bin' }, pagerAddress });
}

const named = (name: string, list: readonly NativeProgram[] = programs()): NativeProgram => {
  const found = list.find(({ spec }) => spec.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

test('no program listens anywhere but on 127.0.0.1', () => {
  for (const { spec } of programs()) {
    const text = [...spec.args, ...Object.entries(spec.environment).map(([key, value]) => `${key}=${value}`)].join(
      '\n',
    );
    expect(text).not.toMatch(/0\.0\.0\.0|\[::\]|listen-address=:/);
  }
  expect(named('alertmanager').spec.args).toContain('--cluster.listen-address=');
});

test('who receives starts before who sends, so the collector stops first', () => {
  const names = programs({}, 'https://pages.example/hook').map(({ spec }) => spec.name);
  expect(names).toEqual(['alertmanager', 'prometheus', 'jaeger', 'loki', 'collector']);
});

test('every port of stack.env but Grafana’s and the demo’s is checked, and none twice', () => {
  const settings = loadStackSettings(root, {});
  const all = Object.keys(settings.values).filter((name) => name.endsWith('_PORT'));
  const expected = all.filter((name) => !name.includes('_DEMO_') && name !== 'VIGIL_GRAFANA_PORT');
  const used = programs().flatMap(({ ports }) => ports.map(({ setting }) => setting));
  const missing = named('collector') && expected.filter((name) => !used.includes(name) && name !== 'VIGIL_PAGER_PORT');
  expect(missing).toEqual([]);
  expect(new Set(used).size).toBe(used.length);
});

test('a moved port moves the flag, the probe and the address of who sends there', () => {
  const list = programs({ VIGIL_PROMETHEUS_PORT: '19090', VIGIL_LOKI_PORT: '13100' });
  const { spec } = named('prometheus', list);
  expect(spec.args).toContain('--web.listen-address=127.0.0.1:19090');
  expect(spec.ready).toEqual({ kind: 'http', url: 'http://127.0.0.1:19090/-/ready' });
  expect(named('collector', list).spec.environment).toMatchObject({
    VIGIL_PROMETHEUS_URL: 'http://127.0.0.1:19090',
    VIGIL_LOKI_URL: 'http://127.0.0.1:13100',
  });
});

test('Go programs get the memory of stack.env, in MiB', () => {
  const list = programs({ VIGIL_LOKI_GOMEMLIMIT_MIB: '77' });
  expect(named('loki', list).spec.environment.GOMEMLIMIT).toBe('77MiB');
});

test('the own pager stays away when pages go elsewhere', () => {
  const settings = loadStackSettings(root, {});
  expect(programs({}, 'https://pages.example/hook').some(({ spec }) => spec.name === 'pager')).toBe(false);
  expect(pageAddress(settings, 'https://pages.example/hook')).toBe('https://pages.example/hook');
  expect(pageAddress(settings, undefined)).toBe('http://127.0.0.1:9095/alertmanager');
});

test('an overlay is a file of collector/overlays, never a path', () => {
  expect(() => programs({ VIGIL_COLLECTOR_OVERLAY: '../gateway' })).toThrow(
    'overlay ../gateway: no such file in collector/overlays; there is: none, tail-sampling',
  );
});

test('the version of an image is its tag without v and digest, and latest without a tag', () => {
  expect(imageVersion('docker.io/prom/prometheus:v3.15.0@sha256:abc')).toBe('3.15.0');
  expect(imageVersion('localhost:5000/x:24.21.0-slim')).toBe('24.21.0-slim');
  expect(imageVersion('localhost:5000/x')).toBe('latest');
});
