import { isAtLeast, randomnessOf, thresholdOf } from '../sampler/threshold.ts';
import { compileRoute, isFixedRoute, ROUTE_LENGTH_MAXIMUM, type RouteMatcher, trimRoute } from './route-pattern.ts';

/** Head sampling rate of the traces that begin at a route. */
export interface RouteRule {
  /** Route or path, as `/orders/:id`, `/admin/*`. */
  readonly route: string;
  /** Share of traces, 0 to 1. 0: only for errors, slowness or by force. 1: always (a critical route). */
  readonly ratio: number;
}

/** Paths of health checks: many and alike, so the head rate of these is 0. Failing or slow ones are still retained. */
export const HEALTH_CHECK_ROUTES: readonly string[] = [
  '/health',
  '/health/*',
  '/healthz',
  '/livez',
  '/readyz',
  '/live',
  '/ready',
  '/-/healthy',
  '/-/ready',
];

/** Rate of the routes that a pattern matches. */
export interface CompiledRule {
  readonly matches: RouteMatcher;
  /** Of the rate; undefined samples nothing. */
  readonly threshold: string | undefined;
}

/** The rules of the options, asked first to last; the first that matches decides. */
export class RouteRules {
  readonly #rules: readonly CompiledRule[];
  /** Most patterns match only themselves: these are looked up, the others asked. Where in the rules the first of each stands. */
  readonly #fixed = new Map<string, number>();
  readonly #open: readonly number[];

  constructor(rules: readonly RouteRule[]) {
    this.#rules = rules.map(({ route, ratio }) => ({ matches: compileRoute(route), threshold: thresholdOf(ratio) }));
    const open: number[] = [];
    for (const [index, { route }] of rules.entries()) {
      const text = isFixedRoute(route) ? trimRoute(route) : undefined;
      if (text === undefined || route.length > ROUTE_LENGTH_MAXIMUM) open.push(index);
      else if (!this.#fixed.has(text)) this.#fixed.set(text, index);
    }
    this.#open = open;
  }

  get size(): number {
    return this.#rules.length;
  }

  /** The first rule for a route or path; undefined when none names it or it is unknown. */
  ruleFor(route: unknown): CompiledRule | undefined {
    if (typeof route !== 'string' || this.#rules.length === 0) return undefined;
    const fixed = route.length > ROUTE_LENGTH_MAXIMUM ? undefined : this.#fixed.get(trimRoute(route));
    for (const index of this.#open) {
      if (fixed !== undefined && index > fixed) break;
      if (this.#rules[index]?.matches(route)) return this.#rules[index];
    }
    return fixed === undefined ? undefined : this.#rules[fixed];
  }

  /** Threshold for a route or path; `otherwise` when no rule names it or it is unknown. */
  thresholdFor(route: unknown, otherwise: string | undefined): string | undefined {
    const rule = this.ruleFor(route);
    return rule === undefined ? otherwise : rule.threshold;
  }

  /** Whether a rule samples this trace; for routes that become known only after the head decision. */
  keeps(route: unknown, traceId: string): boolean {
    const threshold = this.thresholdFor(route, undefined);
    return threshold !== undefined && isAtLeast(randomnessOf(traceId, undefined), threshold);
  }
}
