import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { httpRouteOf } from '../http-route.ts';
import type { LoadedFile, ModuleLoads } from '../module-load/module-loads.ts';
import { koaRoutes } from './koa.ts';

test('a request that cannot hold its context gets one of koa as without us, and has no route', () => {
  class Application {
    createContext(request: unknown): object {
      return { request, _matchedRoute: '/orders/:id' };
    }
  }
  const modules: ModuleLoads = {
    watch({ library }, onLoad) {
      const exports = Application as unknown as LoadedFile['exports'];
      onLoad({ library, version: '3.0.0', file: 'lib/application.js', module: 'cjs', exports, folder: '/srv/koa' });
      return () => undefined;
    },
  };
  const koa = koaRoutes({ modules });
  koa.enable();
  const application = new Application();
  const routes = [{}, Object.freeze({})].map((request) => {
    expect(application.createContext(request)).toMatchObject({ request });
    return httpRouteOf(request as IncomingMessage);
  });
  koa.disable();
  expect(routes).toEqual(['/orders/:id', undefined]);
});
