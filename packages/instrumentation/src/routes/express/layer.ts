/** A path as applications give it: a pattern, a regular expression, or several of them. */
export type LayerPath = string | RegExp | readonly LayerPath[];

/** The constructor of layers, for each copy and version of express its own. */
export type LayerConstructor = new (
  path: string | RegExp,
  options: { readonly sensitive?: boolean | undefined; readonly strict?: boolean | undefined; readonly end: boolean },
  handle: () => void,
) => Layer;

/** One entry of a router's stack, as express 4, and express 5 with its package `router`, have it. */
export interface Layer {
  readonly route?: ExpressRoute | undefined;
  readonly handle?: unknown;
  /** What of the path has matched, of the last `match`: up to router 2.2. */
  readonly path?: string | undefined;
  /** What the application gave: from router 2.3. */
  readonly rawPath?: LayerPath;
  /** @returns whether it matches, or from router 2.3 on what of the path has. */
  match(path: string): boolean | { readonly path: string };
}

/** What `req.route` is. */
export interface ExpressRoute {
  readonly path: LayerPath;
}

export interface ExpressRouter {
  readonly stack: readonly Layer[];
  readonly caseSensitive?: boolean;
  readonly strict?: boolean;
}

export interface ExpressApplication {
  /** Express 5; in express 4 reading it throws. */
  readonly router?: ExpressRouter;
  /** Express 4: undefined until something has been added. */
  readonly _router?: ExpressRouter;
  /** Express 4. */
  readonly lazyrouter?: unknown;
  readonly parent?: ExpressApplication;
}

/** The router of an application; undefined when it has none yet. */
export function routerOf(application: ExpressApplication): ExpressRouter | undefined {
  return typeof application.lazyrouter === 'function' ? application._router : application.router;
}

const nothing = (): void => undefined;

/** A layer for one of several paths that a layer has been given, to find out which it is that matches. */
export function layerFor(path: string | RegExp, layer: Layer, router: ExpressRouter): Layer {
  const isRoute = layer.route !== undefined;
  const Constructor = Object.getPrototypeOf(layer).constructor as LayerConstructor;
  return new Constructor(
    path,
    { sensitive: router.caseSensitive, strict: isRoute ? router.strict : false, end: isRoute },
    nothing,
  );
}

/** How much of a path a layer takes, from its start; undefined when it does not match. May throw for a path that cannot be decoded. */
export function takenBy(layer: Layer, path: string): string | undefined {
  const match = layer.match(path);
  if (!match) return undefined;
  return typeof match === 'object' ? match.path : (layer.path ?? '');
}
