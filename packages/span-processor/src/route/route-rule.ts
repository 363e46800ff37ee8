import { isAtLeast, randomnessOf, thresholdOf } from '../sampler/threshold.ts';
import { compileRoute, type RouteMatcher } from './route-pattern.ts';

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

/** Threshold of a rate, compiled: undefined samples nothing. */
interface CompiledRule {
  readonly matches: RouteMatcher;
  readonly threshold: string | undefined;
}

/** The rules of the options, asked first to last; the first that matches decides. */
export class RouteRules {
  readonly #rules: readonly CompiledRule[];

  constructor(rules: readonly RouteRule[]) {
    this.#rules = rules.map(({ route, ratio }) => ({ matches: compileRoute(route), threshold: thresholdOf(ratio) }));
  }

  get size(): number {
    return this.#rules.length;
  }

  /** Threshold for a route or path; `otherwise` when no rule names it or it is unknown. */
  thresholdFor(route: unknown, otherwise: string | undefined): string | undefined {
    if (typeof route !== 'string') return otherwise;
    for (const rule of this.#rules) if (rule.matches(route)) return rule.threshold;
    return otherwise;
  }

  /** Whether a rule samples this trace; for routes that become known only after the head decision. */
  keeps(route: unknown, traceId: string): boolean {
    const threshold = this.thresholdFor(route, undefined);
    return threshold !== undefined && isAtLeast(randomnessOf(traceId, undefined), threshold);
  }
}
