import type { IncomingMessage } from 'node:http';
import { setHttpRoute } from '../http-route.ts';
import type { Instrumentation } from '../instrumentation.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import { type FrameworkFile, frameworkRoutes, type Switch } from './framework.ts';

interface HonoContext {
  /** What @hono/node-server gives: the request of Node.js. */
  readonly env?: { readonly incoming?: IncomingMessage } | undefined;
}

interface Handler {
  (this: unknown, context: HonoContext, next: unknown): unknown;
  /** The handler of an application with an error handler of its own that was mounted by `route`. */
  readonly __COMPOSED_HANDLER?: Handler;
}

interface Router {
  add(this: Router, method: string, path: string, entry: unknown): void;
}

/** Handlers take one parameter, middleware two: how Hono itself tells them apart in its `inspectRoutes`. */
function isMiddleware(handler: Handler): boolean {
  const inner = handler.__COMPOSED_HANDLER;
  return inner === undefined ? handler.length > 1 : isMiddleware(inner);
}

/** What `HonoBase` adds for a route: the handler that is called and the description that people see, which stays as it is. */
function withRoute(entry: unknown, on: Switch): unknown {
  if (!Array.isArray(entry) || entry.length !== 2) return entry;
  const [handler, route] = entry as [Handler, { readonly path?: unknown } | undefined];
  const path = route?.path;
  if (typeof handler !== 'function' || typeof path !== 'string' || isMiddleware(handler)) return entry;
  const routed = function (this: unknown, context: HonoContext, next: unknown): unknown {
    const incoming = on.isOn ? context.env?.incoming : undefined;
    if (incoming !== undefined) setHttpRoute(incoming, path);
    return handler.call(this, context, next);
  };
  return [routed, route];
}

function patch(router: Router | undefined, on: Switch): string | undefined {
  const add = router?.add;
  if (typeof add !== 'function') return 'the router has no method add';
  (router as Router).add = {
    add(this: Router, method: string, path: string, entry: unknown): void {
      add.call(this, method, path, withRoute(entry, on));
    },
  }.add;
  return undefined;
}

/** The router that the application is made with; those it tries out itself get what this one was given. */
const file = (folder: string, name: string): FrameworkFile => ({
  library: 'hono',
  files: [`dist/router/${folder}/router.js`, `dist/cjs/router/${folder}/router.js`],
  versions: '>=4 <5',
  patch: ({ exports }, on) => patch((exports[name] as { prototype: Router } | undefined)?.prototype, on),
});

/**
 * `http.route` of Hono on @hono/node-server. Hono passes its context to nobody but handlers, so a handler (not middleware) is
 * called by a function of ours: one line more in a stack trace.
 */
export const honoRoutes = (host: Pick<InstrumentationHost, 'modules'>): Instrumentation =>
  frameworkRoutes(
    { name: 'hono', files: [file('smart-router', 'SmartRouter'), file('pattern-router', 'PatternRouter')] },
    host,
  );
