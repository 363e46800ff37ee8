/** How many different outcomes (route, method, status …) are kept with their encoded attributes and their series. */
const INTERNED_MAXIMUM = 1_000;

/** Room that several maps share: what finds none is made anew each time and not kept. */
export class InternRoom {
  #left: number;

  constructor(maximum = INTERNED_MAXIMUM) {
    this.#left = maximum;
  }

  /** @returns whether one more may be kept. */
  take(): boolean {
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}
