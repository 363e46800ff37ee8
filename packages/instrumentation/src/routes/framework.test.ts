import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { httpRouteOf } from '../http-route.ts';
import type { LibraryFile, LoadedFile, ModuleLoads } from '../module-load/module-loads.ts';
import { frameworkRoutes } from './framework.ts';

/** Loads what a test says has been loaded. */
function fakeLoads() {
  const watched: Parameters<ModuleLoads['watch']>[] = [];
  const modules: ModuleLoads = {
    watch(...parameters) {
      watched.push(parameters);
      return () => undefined;
    },
  };
  const loaded = (version: string): LoadedFile => ({
    library: 'acme',
    version,
    file: 'index.js',
    module: 'cjs',
    exports: {},
    folder: '/srv/node_modules/acme',
  });
  return {
    modules,
    load: (version: string) => watched[0]?.[1](loaded(version)),
    refuse: (version: string) => watched[0]?.[2]?.('acme', version),
    watches: () => watched.length,
  };
}

const FILE: LibraryFile = { library: 'acme', files: ['index.js'], versions: '>=1 <2' };

test('lists a library once for all its files, by patch where it is patched', () => {
  const { modules, load } = fakeLoads();
  const acme = frameworkRoutes({ name: 'acme', files: [{ ...FILE, patch: () => undefined }] }, { modules });
  acme.enable();
  acme.enable();
  load('1.0.0');
  load('1.0.0');
  expect(acme.status()).toEqual({
    name: 'acme',
    isEnabled: true,
    instrumented: [{ library: 'acme', version: '1.0.0', mechanism: 'patch', module: 'cjs' }],
    refused: [],
  });
});

test('lists what could not be patched and what is out of range with the reason, and no more than 50', () => {
  const { modules, load, refuse } = fakeLoads();
  const acme = frameworkRoutes({ name: 'acme', files: [{ ...FILE, patch: () => 'has no use' }] }, { modules });
  acme.enable();
  load('1.0.0');
  for (let major = 2; major < 60; major += 1) refuse(`${major}.0.0`);
  const { instrumented, refused } = acme.status();
  expect(instrumented).toEqual([]);
  expect(refused).toHaveLength(50);
  expect(refused.slice(0, 2).map(({ reason }) => reason)).toEqual(['has no use', 'version 2.0.0, known are >=1 <2']);
});

test('watches once over several switches, and reads routes only while it is on', () => {
  const { modules, watches } = fakeLoads();
  const seen: boolean[] = [];
  const acme = frameworkRoutes(
    {
      name: 'acme',
      files: [{ ...FILE, patch: (_, on) => void seen.push(on.isOn) as undefined }],
      reader: () => '/acme',
    },
    { modules },
  );
  const route = () => httpRouteOf(new IncomingMessage(new Socket()));
  expect(route()).toBeUndefined();
  acme.enable();
  acme.disable();
  acme.disable();
  expect([route(), acme.status().isEnabled]).toEqual([undefined, false]);
  acme.enable();
  expect([route(), acme.status().isEnabled, watches()]).toEqual(['/acme', true, 1]);
  acme.disable();
});
