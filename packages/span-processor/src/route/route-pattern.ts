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
  const wanted = segmentsOf(pattern);
  const isOpen = wanted.at(-1) === '*' && wanted.length > 1;
  const fixed = isOpen ? wanted.slice(0, -1) : wanted;
  if (fixed.every((segment) => !isWild(segment)) && !isOpen) {
    const text = fixed.join('/');
    return (route) => route === pattern || (route.length <= ROUTE_LENGTH_MAXIMUM && trim(route) === text);
  }
  return (route) => {
    if (route === pattern) return true;
    if (route.length > ROUTE_LENGTH_MAXIMUM) return false;
    const segments = segmentsOf(route);
    if (isOpen ? segments.length < fixed.length : segments.length !== fixed.length) return false;
    return fixed.every((segment, index) => isWild(segment) || segment === segments[index]);
  };
}

function isWild(segment: string): boolean {
  return segment === '*' || segment.startsWith(':');
}

function segmentsOf(route: string): string[] {
  return trim(route).split('/');
}

function trim(route: string): string {
  const query = route.indexOf('?');
  const path = query === -1 ? route : route.slice(0, query);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
