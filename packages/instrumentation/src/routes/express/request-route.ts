import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExpressApplication, type ExpressRoute, routerOf } from './layer.ts';
import { isCatchAll, patternOf } from './route-pattern.ts';

/** A request that express has served: it leaves the route that was matched last, and the application. */
interface ExpressRequest extends IncomingMessage {
  readonly route?: ExpressRoute;
  readonly app?: ExpressApplication;
  readonly originalUrl?: string;
  readonly res?: ServerResponse;
}

/** The pattern of the route that an express request was answered by; undefined where no route was. */
export function routeOfRequest(request: ExpressRequest): string | undefined {
  const { route } = request;
  if (route === undefined || route.path === undefined) return undefined;
  const { app } = request;
  if (app === undefined) return undefined;
  // The application's "not found", written as a route that takes everything.
  if (request.res?.statusCode === 404 && isCatchAll(route)) return undefined;
  const router = routerOf(outermost(app));
  return router && patternOf(route, router, request.originalUrl ?? request.url ?? '');
}

/** Applications can be mounted in applications: the request came in at the outermost. */
function outermost(application: ExpressApplication): ExpressApplication {
  let current = application;
  for (let depth = 0; depth < 16 && current.parent !== undefined; depth += 1) current = current.parent;
  return current;
}
