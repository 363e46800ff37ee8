import type { IncomingMessage } from 'node:http';

/** `Symbol.for`, so that several copies of this package, and whoever has none, mean the same. */
const ROUTE = Symbol.for('vigil.http.route');

/** A property, not a WeakMap: writing it costs nanoseconds, and it goes with the request. */
interface Routed {
  [ROUTE]?: string | undefined;
}

/**
 * Says which route pattern (`/orders/:id`, never the path of the request) answers a request; the one said last stays. For the
 * instrumentations of frameworks, and for people whose router none of them knows.
 *
 * @example
 * const found = router.find(request.method, request.url); // find-my-way
 * if (found) setHttpRoute(request, found.store.pattern);
 */
export function setHttpRoute(request: IncomingMessage, route: string): void {
  (request as Routed)[ROUTE] = route;
}

/** The route pattern that was said last; undefined when none matched. */
export const httpRouteOf = (request: IncomingMessage): string | undefined => (request as Routed)[ROUTE];
