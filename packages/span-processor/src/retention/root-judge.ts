import type { RouteRules } from '../route/route-rule.ts';
import type { SlowThreshold } from './slow-threshold.ts';
import type { RootFacts } from './trace-buffer.ts';

const SLOW_BY_ROUTE: RootFacts = { isSlow: true, isRouteKept: true };
const SLOW: RootFacts = { isSlow: true, isRouteKept: false };
const BY_ROUTE: RootFacts = { isSlow: false, isRouteKept: true };
const NOTHING: RootFacts = { isSlow: false, isRouteKept: false };

/** What of a local root that ended is asked for its trace's verdict. */
export class RootJudge {
  /** Whether rules are there to ask: finding a span's route costs more than the answer. */
  readonly asksRoute: boolean;
  readonly #slow: SlowThreshold;
  readonly #routes: RouteRules;

  constructor(slow: SlowThreshold, routes: RouteRules) {
    this.#slow = slow;
    this.#routes = routes;
    this.asksRoute = routes.size > 0;
  }

  /** @param name of the root: `GET /orders/:id`, what an adaptive threshold is learned by. */
  judge(name: string, seconds: number, nanos: number, route: unknown, traceId: string): RootFacts {
    const isSlow = this.#slow.isSlow(name, seconds * 1e3 + nanos / 1e6);
    const isRouteKept = this.asksRoute && this.#routes.keeps(route, traceId);
    if (isSlow) return isRouteKept ? SLOW_BY_ROUTE : SLOW;
    return isRouteKept ? BY_ROUTE : NOTHING;
  }

  slowAfterMillis(name: string | undefined): number {
    return this.#slow.millisFor(name ?? '');
  }
}
