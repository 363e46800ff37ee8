/**
 * Keeps retries to a tenth of the requests: a bucket that holds up to ten tokens, gains a tenth with each first attempt and pays
 * one for each retry. It begins full, so that a short fault soon after the start is survived.
 */
export class RetryBudget {
  /** In tenths, as integers: 0.1 added ten times is not 1. */
  #tenths = TOKENS_MAXIMUM * 10;

  /** A first attempt was made. */
  earn(): void {
    this.#tenths = Math.min(this.#tenths + 1, TOKENS_MAXIMUM * 10);
  }

  /** Pays for one retry. @returns false when there is nothing to pay with: the retry must not be made. */
  spend(): boolean {
    if (this.#tenths < 10) return false;
    this.#tenths -= 10;
    return true;
  }
}

export const TOKENS_MAXIMUM = 10;
