import type { ExpressApplication, ExpressRoute, ExpressRouter, Layer, LayerPath } from './layer.ts';
import { layerFor, routerOf, takenBy } from './layer.ts';
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
  /** With what every path begins that is taken, in lower case: mostly enough to tell ways apart. */
  readonly start: string;
}

/** What was found out about a route: for this application, and as long as nothing more is mounted. */
interface Known {
  readonly application: ExpressApplication;
  readonly changes: number;
  readonly ways: readonly Way[];
  /** Of the only way. */
  readonly pattern: string | undefined;
  readonly isCatchAll: boolean;
}

/** Routers inside routers are followed so far, and so many ways to one route. */
const MAX_DEPTH = 16;
const MAX_WAYS = 64;

/** Patterns that take every path: `*`, `/*`, `*path`, `/{*path}`, `(.*)`. */
const EVERYTHING = /^\/?(?:\*\w*|\{\/?\*\w+\}|\(\.\*\))$/;

const known = new WeakMap<ExpressRoute, Known>();

/**
 * The whole pattern of a route, `/api/:tenant/orders/:id`, as it is reached from the application's router. Found out once for
 * each route; where several ways lead to it, the URL says which was taken.
 *
 * @param url of the request as it came in.
 * @returns undefined when the route is not below this application, no way to it takes this URL (it was rewritten), or the route
 * takes everything and has answered 404: the application's "not found".
 */
export function patternOf(
  route: ExpressRoute,
  application: ExpressApplication,
  url: string,
  statusCode: number | undefined,
): string | undefined {
  let found = known.get(route);
  if (found === undefined || found.application !== application || found.changes !== mountChanges()) {
    found = findOut(route, application);
    known.set(route, found);
  }
  if (found.isCatchAll && statusCode === 404) return undefined;
  return found.ways.length === 1 ? found.pattern : wayTaken(found.ways, url)?.pattern;
}

function findOut(route: ExpressRoute, application: ExpressApplication): Known {
  const ways: Way[] = [];
  const router = routerOf(outermost(application));
  if (router !== undefined) collectWays(route, [router], [], ways);
  return {
    application,
    changes: mountChanges(),
    ways,
    pattern: ways[0]?.pattern,
    isCatchAll: typeof route.path === 'string' && EVERYTHING.test(route.path),
  };
}

/** Applications can be mounted in applications: the request came in at the outermost. */
function outermost(application: ExpressApplication): ExpressApplication {
  let current = application;
  for (let depth = 0; depth < MAX_DEPTH && current.parent !== undefined; depth += 1) current = current.parent;
  return current;
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
      if (below === undefined) ways.push({ steps, pattern: joined(steps), start: startOf(steps) });
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
  for (const [index, { path }] of steps.entries()) {
    const isRoute = index === steps.length - 1;
    // A regular expression ends with a slash of its own.
    const text = isRoute || typeof path !== 'string' ? String(path) : path.replace(/\/$/, '');
    if (isRoute && text === '/') continue;
    const needsSlash = pattern !== '' && /^[\w:*]/.test(text);
    pattern += needsSlash ? `/${text}` : text;
  }
  return pattern === '' ? '/' : pattern;
}

/** What stands in a pattern before its first parameter, without a slash at its end, which need not be there. */
function startOf(steps: readonly Step[]): string {
  const regExp = steps.findIndex((step) => typeof step.path !== 'string');
  const literal = joined(regExp < 0 ? steps : steps.slice(0, regExp));
  return literal
    .slice(0, /[:*({[?+\\]|$/.exec(literal)?.index)
    .replace(/\/$/, '')
    .toLowerCase();
}

function wayTaken(ways: readonly Way[], url: string): Way | undefined {
  const path = url.split('?', 1)[0] as string;
  const lowerCase = path.toLowerCase();
  const possible = ways.filter((way) => lowerCase.startsWith(way.start));
  return possible.length === 1 ? possible[0] : possible.find((way) => isTaken(way, path));
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
