import type { Clock } from '../clock.ts';
import { callSafely } from './call-safely.ts';

const PERIOD_MILLIS = 10_000;
/** Causes come from closed lists, so the bound is never met; it is there in case a caller errs. */
const CAUSES_MAXIMUM = 128;

interface Cause {
  saidAtMillis: number;
  /** Times and items since the last line. */
  times: number;
  items: number;
}

/** One line per cause in ten seconds, with the count of what it stands for. */
export class CauseLog {
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  readonly #causes = new Map<string, Cause>();

  constructor(clock: Clock, log: (line: string) => void) {
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * @param cause a short text from a closed list; it opens the line.
   * @param what named in the plural: "spans lost".
   * @param why of this one time; another reason is no other cause.
   */
  report(cause: string, items: number, what: string, why = ''): void {
    const now = this.#clock.monotonicMillis();
    const known = this.#causes.get(cause);
    if (known === undefined && this.#causes.size >= CAUSES_MAXIMUM) return;
    const entry = known ?? { saidAtMillis: Number.NEGATIVE_INFINITY, times: 0, items: 0 };
    if (known === undefined) this.#causes.set(cause, entry);
    entry.times += 1;
    entry.items += items;
    if (now - entry.saidAtMillis < PERIOD_MILLIS) return;
    const count = what === '' ? '' : `: ${entry.items} ${what}`;
    const times = entry.times > 1 ? ` (${entry.times} times)` : '';
    entry.saidAtMillis = now;
    entry.times = 0;
    entry.items = 0;
    this.#say(`${cause}${why === '' ? '' : ` (${why})`}${count}${times}`);
  }

  /** Says what was held back, at the very end. */
  sayRest(): void {
    for (const [cause, { times, items }] of this.#causes) {
      if (times > 0) this.#say(`${cause}: ${items} more, ${times} times`);
    }
    this.#causes.clear();
  }

  #say(line: string): void {
    callSafely(() => this.#log(line));
  }
}
