import type { IncomingMessage } from 'node:http';

/** `Symbol.for`, so that several copies of this package, and whoever has none, mean the same. */
const ROUTE = Symbol.for('vigil.http.route');

/** A property, not a WeakMap: writing it costs nanoseconds, and it goes with the request. */
interface Routed {
  [ROUTE]?: string | undefined;
}

/** Finds the route in what a framework itself has left on a request: without a line of ours while the request is served. */
export type HttpRouteReader = (request: IncomingMessage) => string | undefined;

/** The one added last is asked first: a framework that others are built on comes before them. */
const readers: HttpRouteReader[] = [];

/**
 * Says which route pattern (`/orders/:id`, never the path of the request) answers a request; the one said last stays. For the
 * instrumentations of frameworks, and for people whose router none of them knows. Never throws: a request that cannot hold it, such as
 * a frozen one, has no route.
 *
 * @example
 * const found = router.find(request.method, request.url); // find-my-way
 * if (found) setHttpRoute(request, found.store.pattern);
 */
export function setHttpRoute(request: IncomingMessage, route: string): void {
  try {
    (request as Routed)[ROUTE] = route;
  } catch {
    // Frozen, or no request at all: what a framework was given by a test.
  }
}

/** @returns takes the reader away again. */
export function addHttpRouteReader(reader: HttpRouteReader): () => void {
  readers.unshift(reader);
  return () => {
    const index = readers.indexOf(reader);
    if (index >= 0) readers.splice(index, 1);
  };
}

/**
 * The route pattern that a request was answered by; undefined when none matched. To be asked when the response ends. Never throws:
 * what a framework leaves on a request is its own affair, and a reader that trips over it has found no route.
 */
export function httpRouteOf(request: IncomingMessage): string | undefined {
  const said = (request as Routed)[ROUTE];
  if (isRoute(said)) return said;
  try {
    for (const reader of readers) {
      const route = reader(request);
      if (isRoute(route)) return route;
    }
  } catch {
    // No route is the truth about what could be found out.
  }
  return undefined;
}

/** Applications and frameworks write what they like. */
const isRoute = (route: unknown): route is string => typeof route === 'string' && route !== '';
