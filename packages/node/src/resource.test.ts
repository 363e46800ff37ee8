import { expect, test } from '@jest/globals';
import { chooseServiceName, createResource } from './resource.ts';
import { VERSION } from './version.ts';

const APPLICATION = { folder: '/srv', name: 'shop', version: '1.2.3' };
const IDENTITY = { hostName: 'h', arch: 'x64', platform: 'linux', pid: 7, nodeVersion: '24.0.0', instanceId: 'uuid' };

test('the asked-for name wins over package.json, and without both the service is unknown', () => {
  expect(chooseServiceName('asked', APPLICATION)).toBe('asked');
  expect(chooseServiceName(undefined, APPLICATION)).toBe('shop');
  expect(chooseServiceName(undefined, { ...APPLICATION, name: undefined })).toBe('unknown_service:node');
});

test('the resource says who, where and with what', () => {
  expect(createResource('shop', APPLICATION, IDENTITY, {}).attributes).toEqual({
    'service.name': 'shop',
    'service.version': '1.2.3',
    'service.instance.id': 'uuid',
    'host.name': 'h',
    'host.arch': 'x64',
    'os.type': 'linux',
    'process.pid': 7,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': '24.0.0',
    'telemetry.distro.name': 'vigil',
    'telemetry.distro.version': VERSION,
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': expect.stringMatching(/^3\./),
  });
});

test('OTEL_RESOURCE_ATTRIBUTES wins over what was found out, but does not rename the distribution', () => {
  const asked = { 'service.version': '9', 'telemetry.distro.name': 'x', 'deployment.environment.name': 'prod' };
  expect(createResource('shop', APPLICATION, IDENTITY, asked).attributes).toMatchObject({
    'service.version': '9',
    'deployment.environment.name': 'prod',
    'telemetry.distro.name': 'vigil',
  });
});

test('an application without a version has no service.version', () => {
  const { attributes } = createResource('shop', { ...APPLICATION, version: undefined }, IDENTITY, {});
  expect(attributes).not.toHaveProperty('service.version');
});
