export interface ChargeRequest {
  /** The caller's own name for what is paid; the same reference is charged once. */
  readonly reference: string;
  readonly amountCents: number;
  readonly currency: string;
}

export interface Charge extends ChargeRequest {
  readonly id: string;
  readonly status: 'captured' | 'declined';
  readonly reason: string | null;
}

export type ChargeOutcome =
  | { readonly status: 'created'; readonly charge: Charge }
  | { readonly status: 'repeated'; readonly charge: Charge }
  | { readonly status: 'reference-reused' };

export interface ChargeBookOptions {
  /** The oldest charge is forgotten when there are more than this. */
  readonly capacity: number;
  /** A charge above this is declined. */
  readonly limitCents: number;
  readonly newId: () => string;
}

/** Charges in memory: a stand-in for the provider, with its two habits that matter, repeatable references and declines. */
export class ChargeBook {
  readonly #options: ChargeBookOptions;
  readonly #byId = new Map<string, Charge>();
  readonly #byReference = new Map<string, Charge>();

  constructor(options: ChargeBookOptions) {
    this.#options = options;
  }

  charge(request: ChargeRequest): ChargeOutcome {
    const earlier = this.#byReference.get(request.reference);
    if (earlier !== undefined) {
      const same = earlier.amountCents === request.amountCents && earlier.currency === request.currency;
      return same ? { status: 'repeated', charge: earlier } : { status: 'reference-reused' };
    }
    const declined = request.amountCents > this.#options.limitCents;
    const charge: Charge = {
      ...request,
      id: this.#options.newId(),
      status: declined ? 'declined' : 'captured',
      reason: declined ? 'over-limit' : null,
    };
    this.#byId.set(charge.id, charge);
    this.#byReference.set(charge.reference, charge);
    this.#forgetOldest();
    return { status: 'created', charge };
  }

  find(id: string): Charge | undefined {
    return this.#byId.get(id);
  }

  #forgetOldest(): void {
    if (this.#byId.size <= this.#options.capacity) return;
    const [oldest] = this.#byId.values();
    if (oldest === undefined) return;
    this.#byId.delete(oldest.id);
    this.#byReference.delete(oldest.reference);
  }
}
