import type { ExpressRoute, ExpressRouter, Layer, LayerPath } from './layer.ts';
import { layerFor, takenBy } from './layer.ts';
import { mountChanges, pathOf, routerBehind } from './mounts.ts';

/** A layer on the way to a route, with the one path it stands for. */
interface Step {
  readonly path: string | RegExp;
  readonly layer: Layer;
}

/** One way from the application's router to a route: what is mounted twice, or under several paths, has several. */
interface Way {
  readonly steps: readonly Step[];
  readonly pattern: string;
}

interface Known {
  readonly root: ExpressRouter;
  readonly changes: number;
  readonly ways: readonly Way[];
}

/** Routers inside routers are followed so far, and so many ways to one route. */
const MAX_DEPTH = 16;
const MAX_WAYS = 64;

/** Patterns that take every path: `*`, `/*`, `*path`, `/{*path}`, `(.*)`. */
const EVERYTHING = /^\/?(?:\*\w*|\{\/?\*\w+\}|\(\.\*\))$/;

/** Whether a route takes whatever no other has taken. */
export const isCatchAll = (route: ExpressRoute): boolean =>
  typeof route.path === 'string' && EVERYTHING.test(route.path);

const known = new WeakMap<ExpressRoute, Known>();

/**
 * The whole pattern of a route, `/api/:tenant/orders/:id`, as it is reached from the application's router. Found out once for
 * each route; where several ways lead to it, the request's path says which was taken.
 *
 * @param url of the request as it came in.
 * @returns undefined when the route is not below this router, or no way to it takes this URL (it was rewritten).
 */
export function patternOf(route: ExpressRoute, root: ExpressRouter, url: string): string | undefined {
  const ways = waysTo(route, root);
  if (ways.length === 1) return ways[0]?.pattern;
  const path = url.split('?', 1)[0] as string;
  return ways.find((way) => isTaken(way, path))?.pattern;
}

function waysTo(route: ExpressRoute, root: ExpressRouter): readonly Way[] {
  const found = known.get(route);
  if (found !== undefined && found.root === root && found.changes === mountChanges()) return found.ways;
  const ways: Way[] = [];
  collectWays(route, [root], [], ways);
  known.set(route, { root, changes: mountChanges(), ways });
  return ways;
}

/** @param routers from the application's to the one that is looked through; none is entered twice, so that a ring of routers ends. */
function collectWays(
  route: ExpressRoute,
  routers: readonly ExpressRouter[],
  before: readonly Step[],
  ways: Way[],
): void {
  const router = routers.at(-1);
  if (router === undefined || routers.length > MAX_DEPTH) return;
  for (const layer of router.stack) {
    const below = layer.route === undefined ? routerBehind(layer) : undefined;
    if (below === undefined ? layer.route !== route : routers.includes(below)) continue;
    for (const step of stepsOf(below === undefined ? route.path : pathOf(layer), layer, router)) {
      if (ways.length === MAX_WAYS) return;
      const steps = [...before, step];
      if (below === undefined) ways.push({ steps, pattern: joined(steps) });
      else collectWays(route, [...routers, below], steps, ways);
    }
  }
}

/** A layer without a path of its own that is known leads nowhere: half a pattern is none. */
function stepsOf(path: LayerPath | undefined, layer: Layer, router: ExpressRouter): readonly Step[] {
  if (path === undefined) return [];
  if (!Array.isArray(path)) return [{ path: path as string | RegExp, layer }];
  const paths = path.flat(Number.POSITIVE_INFINITY) as (string | RegExp)[];
  return paths.map((single) => ({ path: single, layer: layerFor(single, layer, router) }));
}

/** `/api/` and `/orders` are `/api/orders`; what is mounted at `/` adds nothing; a regular expression stands as it is written. */
function joined(steps: readonly Step[]): string {
  let pattern = '';
  for (const { path } of steps) {
    const text = String(path);
    if (text === '/' || text === '') continue;
    if (pattern.endsWith('/') && text.startsWith('/')) pattern += text.slice(1);
    else pattern += pattern !== '' && /^[\w:*]/.test(text) ? `/${text}` : text;
  }
  return pattern === '' ? '/' : pattern;
}

function isTaken({ steps }: Way, path: string): boolean {
  let rest = path;
  for (const { layer } of steps) {
    const taken = takenBy(layer, rest);
    if (taken === undefined) return false;
    rest = rest.slice(taken.length);
    // As the router does for what is mounted: the rest starts with a slash again.
    if (!rest.startsWith('/')) rest = `/${rest}`;
  }
  return true;
}
