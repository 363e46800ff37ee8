import { VIGIL_DB_CLIENT_TRANSACTION_DURATION } from '@vigil/conventions';
import type { HistogramSeries, MetricRegistry } from '@vigil/metrics';
import { replaceMethod } from '../patched-method.ts';
import type { DatabaseClass } from './drizzle-files.ts';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Series of one kind of transaction of one database system. */
interface Outcomes {
  readonly kept: HistogramSeries | undefined;
  readonly undone: HistogramSeries | undefined;
}

/**
 * Duration and end of transactions and savepoints, as metrics only. A span around them would be a second look at queries that are
 * spans already, and would need an active context for the whole callback.
 */
export class DrizzleTransactions {
  isEnabled = false;
  readonly #nowMillis: () => number;
  readonly #metrics: MetricRegistry | undefined;
  /** Prototypes whose `transaction` is ours. */
  readonly #patched = new WeakSet<object>();
  /** Prototypes of sessions, one for each driver, whose class of transactions is known. */
  readonly #introducedBy = new WeakSet<object>();

  constructor(nowMillis: () => number, metrics: MetricRegistry | undefined) {
    this.#nowMillis = nowMillis;
    this.#metrics = metrics;
  }

  /** @returns what was expected of the class and is not there; undefined when it is patched. */
  patch(prototype: object | undefined, { className, system }: DatabaseClass): string | undefined {
    const outcomes = this.#outcomes(system, 'committed', 'rolled_back');
    if (prototype !== undefined) this.#patched.add(prototype);
    const isPatched = replaceMethod<Method>(prototype, 'transaction', (original) =>
      this.#method(original, system, outcomes),
    );
    return isPatched ? undefined : `no ${className} with transaction`;
  }

  #outcomes(system: string, kept: string, undone: string): Outcomes {
    const durations = this.#metrics?.histogram(VIGIL_DB_CLIENT_TRANSACTION_DURATION);
    return { kept: durations?.series(system, kept), undone: durations?.series(system, undone) };
  }

  #method(original: Method, system: string, outcomes: Outcomes): Method {
    const transactions = this;
    return function transaction(this: unknown, work: unknown, config: unknown) {
      if (!transactions.isEnabled) return original.call(this, work, config);
      const startMillis = transactions.#nowMillis();
      let result: unknown;
      try {
        result = original.call(this, transactions.#introduced(this, work, system), config);
      } catch (error) {
        transactions.#record(outcomes.undone, startMillis);
        throw error;
      }
      if (typeof (result as { then?: unknown } | null | undefined)?.then !== 'function') {
        transactions.#record(outcomes.kept, startMillis);
        return result;
      }
      return (result as Promise<unknown>).then(
        (value) => {
          transactions.#record(outcomes.kept, startMillis);
          return value;
        },
        (error: unknown) => {
          transactions.#record(outcomes.undone, startMillis);
          throw error;
        },
      );
    };
  }

  #record(series: HistogramSeries | undefined, startMillis: number): void {
    series?.record((this.#nowMillis() - startMillis) / 1000);
  }

  /** The first callback of each driver introduces the class of its transactions; from then on callbacks go as they are. */
  #introduced(database: unknown, work: unknown, system: string): unknown {
    const { session } = database as { readonly session?: unknown };
    if (typeof session !== 'object' || session === null || typeof work !== 'function') return work;
    const driver: object | null = Object.getPrototypeOf(session);
    if (driver === null || this.#introducedBy.has(driver)) return work;
    const transactions = this;
    return function introduce(this: unknown, ...args: unknown[]) {
      transactions.#introducedBy.add(driver);
      transactions.#introduce(args[0], system);
      return Reflect.apply(work, this, args);
    };
  }

  #introduce(transaction: unknown, system: string): void {
    let prototype: object | null = typeof transaction === 'object' ? transaction : null;
    while (prototype !== null && !Object.hasOwn(prototype, 'transaction')) prototype = Object.getPrototypeOf(prototype);
    if (prototype === null || this.#patched.has(prototype)) return;
    this.#patched.add(prototype);
    const outcomes = this.#outcomes(system, 'released', 'undone');
    replaceMethod<Method>(prototype, 'transaction', (original) => this.#method(original, system, outcomes));
  }
}
