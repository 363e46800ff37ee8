import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExpressApplication, ExpressRoute } from './layer.ts';
import { patternOf } from './route-pattern.ts';

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
  if (route === undefined || route === null) return undefined;
  const { app } = request;
  if (app === undefined || route.path === undefined) return undefined;
  return patternOf(route, app, request.originalUrl ?? request.url ?? '', request.res?.statusCode);
}
