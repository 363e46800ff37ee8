import type { Request } from './model-collector.ts';
import { Violation } from './violation.ts';

export interface RequestLimits {
  readonly attempts: number;
  /** Retries allowed beyond one in ten requests. */
  readonly retryBurst: number;
  /** Requests in ten minutes without one success. */
  readonly deadRequests: number;
}

const TEN_MINUTES = 600_000;
const NEVER = -1;

interface Body {
  attempts: number;
  /** Why it must not be sent again. */
  final: string | undefined;
  settledAt: number;
}

/** How often is enough: attempts of one body, retries among all requests, requests that nobody wants. */
export class RequestBudget {
  readonly #limits: RequestLimits;
  readonly #now: () => number;
  #bodies = new Map<string, Body>();
  #retries = 0;
  #requests = 0;
  /** Requests since the last outcome that was no failure. */
  #fruitless: number[] = [];
  /** A life that ended gives a new one requests of its own. */
  #lives: number[] = [];

  constructor(limits: RequestLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  beginLife(): void {
    this.#bodies = new Map();
    this.#lives.push(this.#now());
  }

  /** @param isProbe a repeated body that goes as a probe is the breaker's business. */
  sent({ id, bodyHash }: Request, isProbe: boolean): void {
    const body = this.#bodies.get(bodyHash) ?? { attempts: 0, final: undefined, settledAt: NEVER };
    this.#bodies.set(bodyHash, body);
    body.attempts += 1;
    this.#requests += 1;
    if (body.attempts > this.#limits.attempts)
      throw new Violation('budget', `request ${id} is attempt ${body.attempts} of the same body`);
    if (body.final !== undefined) throw new Violation('budget', `request ${id} repeats a body although ${body.final}`);
    if (body.attempts > 1 && this.#now() <= body.settledAt)
      throw new Violation('budget', `request ${id} repeats its body without any pause`);
    if (body.attempts > 1 && !isProbe) this.#retries += 1;
    this.#checkShare();
    this.#checkFruitless();
  }

  settled({ bodyHash }: Request, isFailure: boolean): void {
    this.#body(bodyHash).settledAt = this.#now();
    if (!isFailure) this.#fruitless = [];
  }

  /** Its outcome came before now, nobody saw when. */
  settledBefore({ bodyHash }: Request): void {
    this.#body(bodyHash).settledAt = NEVER;
  }

  /** The body must not be sent again. */
  close({ bodyHash }: Request, why: string): void {
    this.#body(bodyHash).final = why;
  }

  #body(bodyHash: string): Body {
    return this.#bodies.get(bodyHash) as Body;
  }

  #checkShare(): void {
    const allowed = this.#requests * 0.1 + this.#limits.retryBurst * (1 + this.#lives.length);
    if (this.#retries > allowed)
      throw new Violation(
        'budget',
        `${this.#retries} retries among ${this.#requests} requests, at most ${allowed} are allowed`,
      );
  }

  #checkFruitless(): void {
    const since = this.#now() - TEN_MINUTES;
    this.#fruitless = [...this.#fruitless.filter((at) => at > since), this.#now()];
    this.#lives = this.#lives.filter((at) => at > since);
    // A worker that starts anew has a closed breaker: its first failures come on top.
    const allowed = this.#limits.deadRequests + 12 * Math.max(0, this.#lives.length - 1);
    if (this.#fruitless.length > allowed)
      throw new Violation('budget', `${this.#fruitless.length} requests without one success in ten minutes`);
  }
}
