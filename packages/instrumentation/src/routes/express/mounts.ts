import type { ExpressApplication, ExpressRouter, Layer, LayerPath } from './layer.ts';
import { routerOf } from './layer.ts';

/** With which path a layer was added; layers before router 2.3 keep only what it was compiled to. */
const paths = new WeakMap<Layer, LayerPath>();
/** Which application a layer leads to; express hides it behind a function. */
const applications = new WeakMap<Layer, ExpressApplication>();
let changes = 0;

/** Grows with everything that is mounted: what was found out before may no longer be all. */
export const mountChanges = (): number => changes;

export const pathOf = (layer: Layer): LayerPath | undefined => paths.get(layer) ?? layer.rawPath;

/** The router that a layer leads to, of an application or itself one; undefined for other middleware. */
export function routerBehind(layer: Layer): ExpressRouter | undefined {
  const application = applications.get(layer);
  if (application !== undefined) return routerOf(application);
  const handle = layer.handle as Partial<ExpressRouter> | undefined;
  return Array.isArray(handle?.stack) ? (handle as ExpressRouter) : undefined;
}

type Use<Owner> = (this: Owner, first: unknown, ...rest: unknown[]) => unknown;

/** Remembers what is mounted by `router.use`. Runs when routes are registered, not when requests are served. */
export function watchRouterUse(router: { use: Use<ExpressRouter> }): string | undefined {
  return watchUse(router, (owner, first) => {
    const before = owner?.stack?.length ?? 0;
    return () => {
      for (const layer of owner.stack.slice(before))
        paths.set(layer, isPathOmitted(first) ? '/' : (first as LayerPath));
    };
  });
}

/** Remembers which applications are mounted by `app.use`. */
export function watchApplicationUse(application: { use: Use<ExpressApplication> }): string | undefined {
  return watchUse(application, (owner, first, rest) => () => {
    const mounted = [isPathOmitted(first) ? [first] : [], rest].flat(Number.POSITIVE_INFINITY);
    // Each function becomes one layer, in this order, behind those there were.
    const layers = routerOf(owner)?.stack.slice(-mounted.length) ?? [];
    for (const [index, layer] of layers.entries()) {
      const candidate = mounted[index] as (ExpressApplication & { handle?: unknown; set?: unknown }) | undefined;
      if (candidate?.handle && candidate.set) applications.set(layer, candidate);
    }
  });
}

/** Calls `use` as it is, and what the watcher made of its arguments when it has returned. */
function watchUse<Owner>(
  holder: { use: Use<Owner> },
  watcher: (owner: Owner, first: unknown, rest: readonly unknown[]) => () => void,
): string | undefined {
  const { use } = holder;
  if (typeof use !== 'function') return 'has no function use';
  holder.use = {
    use(this: Owner, first: unknown, ...rest: unknown[]): unknown {
      const added = watcher(this, first, rest);
      const result = use.call(this, first, ...rest);
      changes += 1;
      try {
        added();
      } catch {
        // A stack of another shape: routes below have no pattern, and the application does not notice.
      }
      return result;
    },
  }.use;
  return undefined;
}

/** As express tells `use(fn)`, `use([fn])` and `use(path, fn)` apart. */
function isPathOmitted(first: unknown): boolean {
  let innermost = first;
  while (Array.isArray(innermost) && innermost.length > 0) innermost = innermost[0];
  return typeof innermost === 'function';
}
