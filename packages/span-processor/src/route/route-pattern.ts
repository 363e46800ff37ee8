/** Answers whether a route or path belongs to a pattern, in time that grows with its length only. */
export type RouteMatcher = (route: string) => boolean;

/** Longest pattern; a route or path longer than this matches none. */
export const ROUTE_LENGTH_MAXIMUM = 1_024;

/**
 * Compiles `/orders/:id`: a segment that begins with `:` or is `*` stands for any one segment, and `/*` at the end for
 * anything below, the folder itself too. The pattern as text matches as well, so that the route `/orders/:id` and the path
 * `/orders/42` belong to the same pattern. Query strings and a slash at the end do not count.
 */
export function compileRoute(pattern: string): RouteMatcher {
  if (isFixedRoute(pattern)) {
    const text = trimRoute(pattern);
    return (route) => route === pattern || (route.length <= ROUTE_LENGTH_MAXIMUM && trimRoute(route) === text);
  }
  const wanted = segmentsOf(pattern);
  const isOpen = wanted.at(-1) === '*' && wanted.length > 1;
  const fixed = isOpen ? wanted.slice(0, -1) : wanted;
  const firstWild = fixed.findIndex(isWild);
  const start = firstWild === -1 ? fixed.join('/') : [...fixed.slice(0, firstWild), ''].join('/');
  return (route) => {
    if (route === pattern) return true;
    // Most routes end here, without being taken apart.
    if (route.length > ROUTE_LENGTH_MAXIMUM || !route.startsWith(start)) return false;
    const segments = segmentsOf(route);
    if (isOpen ? segments.length < fixed.length : segments.length !== fixed.length) return false;
    return fixed.every((segment, index) => isWild(segment) || segment === segments[index]);
  };
}

/** Whether a pattern matches nothing but itself. */
export function isFixedRoute(pattern: string): boolean {
  return !segmentsOf(pattern).some(isWild);
}

function isWild(segment: string): boolean {
  return segment === '*' || segment.startsWith(':');
}

function segmentsOf(route: string): string[] {
  return trimRoute(route).split('/');
}

/** A route or path without its query string and the slash at its end. */
export function trimRoute(route: string): string {
  const query = route.indexOf('?');
  const path = query === -1 ? route : route.slice(0, query);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
