import type { IncomingMessage } from 'node:http';
import type { Instrumentation } from '../instrumentation.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import { frameworkRoutes, type Switch } from './framework.ts';

/** A request of koa's: from the request of Node.js no way leads to koa's context otherwise. */
const CONTEXT = Symbol.for('vigil.koa.context');

interface KoaRequest extends IncomingMessage {
  [CONTEXT]?: { readonly _matchedRoute?: unknown };
}

interface Application {
  createContext(this: Application, request: KoaRequest, response: unknown): object;
}

/** @koa/router and koa-router keep the pattern, with all prefixes, in the context. */
function routeOf(request: KoaRequest): string | undefined {
  const route = request[CONTEXT]?._matchedRoute;
  if (route === undefined || route === null || route === '') return undefined;
  return String(route);
}

function remember(request: KoaRequest, context: object): void {
  try {
    request[CONTEXT] = context;
  } catch {
    // Frozen: such a request has no route.
  }
}

function patch(application: Application, on: Switch): string | undefined {
  const { createContext } = application;
  if (typeof createContext !== 'function') return 'Application.prototype.createContext is no function';
  application.createContext = {
    createContext(this: Application, request: KoaRequest, response: unknown): object {
      const context = createContext.call(this, request, response);
      if (on.isOn) remember(request, context);
      return context;
    },
  }.createContext;
  return undefined;
}

/** `http.route` of koa with @koa/router: the context is remembered with the request, and asked when the response has ended. */
export const koaRoutes = (host: Pick<InstrumentationHost, 'modules'>): Instrumentation =>
  frameworkRoutes(
    {
      name: 'koa',
      files: [
        {
          library: 'koa',
          files: ['lib/application.js'],
          versions: '>=2 <4',
          patch: ({ exports }, on) => patch((exports as unknown as { prototype: Application }).prototype, on),
        },
      ],
      reader: routeOf,
    },
    host,
  );
