/** Monotonic time and timers come in, so tests turn the clock by hand. */
export interface FaultClock {
  readonly nowMillis: () => number;
  /** Runs `then` once after `millis`. @returns a function that calls it off. */
  readonly after: (millis: number, then: () => void) => () => void;
}

export interface Bounds {
  readonly min: number;
  readonly max: number;
  /** Without a default the parameter must be given. */
  readonly default?: number;
}

export interface FaultDefinition {
  readonly description: string;
  readonly parameters: Readonly<Record<string, Bounds>>;
  /** What happens besides being looked up; returns what ends it. */
  readonly start?: (parameters: Readonly<Record<string, number>>) => () => void;
}

export type FaultDefinitions = Readonly<Record<string, FaultDefinition>>;
type ParametersOf<Definition extends FaultDefinition> = { readonly [Name in keyof Definition['parameters']]: number };

export interface FaultState {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, Bounds>>;
  readonly active: { readonly parameters: Readonly<Record<string, number>>; readonly endsInSeconds: number } | null;
}

export type TurnOnOutcome =
  | { readonly status: 'on'; readonly fault: FaultState }
  | { readonly status: 'unknown-fault'; readonly known: readonly string[] }
  | { readonly status: 'invalid'; readonly problems: readonly string[] };

interface ActiveFault {
  readonly parameters: Readonly<Record<string, number>>;
  readonly endsAtMillis: number;
  readonly end: () => void;
}

/** Every fault ends by itself: this long after it was turned on, or after `ttlSeconds` when that is given. */
export const TTL_SECONDS: Bounds = { min: 1, max: 3_600, default: 60 };

/** Faults that are switched at run time. Nothing is on at the start and nothing stays on. */
export class FaultBoard<Definitions extends FaultDefinitions> {
  readonly #definitions: Definitions;
  readonly #clock: FaultClock;
  readonly #active = new Map<string, ActiveFault>();

  constructor(definitions: Definitions, clock: FaultClock) {
    this.#definitions = definitions;
    this.#clock = clock;
  }

  /** Turns a fault on, or replaces its parameters and its end when it is on. `input` holds the parameters and `ttlSeconds`. Never throws. */
  turnOn(name: string, input: unknown): TurnOnOutcome {
    const definition = this.#definition(name);
    if (definition === undefined) return { status: 'unknown-fault', known: Object.keys(this.#definitions) };
    const read = readParameters(input, { ...definition.parameters, ttlSeconds: TTL_SECONDS });
    if (!read.ok) return { status: 'invalid', problems: read.problems };
    const { ttlSeconds = 0, ...parameters } = read.values;
    this.turnOff(name);
    const cancelEnd = this.#clock.after(ttlSeconds * 1_000, () => this.turnOff(name));
    const stop = definition.start?.(parameters);
    const end = () => {
      cancelEnd();
      stop?.();
    };
    this.#active.set(name, { parameters, endsAtMillis: this.#clock.nowMillis() + ttlSeconds * 1_000, end });
    return { status: 'on', fault: this.#state(name, definition) };
  }

  /** @returns false when it was not on. */
  turnOff(name: string): boolean {
    const fault = this.#active.get(name);
    this.#active.delete(name);
    fault?.end();
    return fault !== undefined;
  }

  turnOffAll(): void {
    for (const name of [...this.#active.keys()]) this.turnOff(name);
  }

  knows(name: string): boolean {
    return this.#definition(name) !== undefined;
  }

  /** The parameters of a fault that is on, else undefined. The time is asked as well: a timer may be late under load. */
  active<Name extends keyof Definitions & string>(name: Name): ParametersOf<Definitions[Name]> | undefined {
    const fault = this.#active.get(name);
    if (fault === undefined || this.#clock.nowMillis() >= fault.endsAtMillis) return undefined;
    return fault.parameters as ParametersOf<Definitions[Name]>;
  }

  list(): FaultState[] {
    return Object.entries(this.#definitions).map(([name, definition]) => this.#state(name, definition));
  }

  #definition(name: string): FaultDefinition | undefined {
    return Object.hasOwn(this.#definitions, name) ? this.#definitions[name] : undefined;
  }

  #state(name: string, { description, parameters }: FaultDefinition): FaultState {
    const fault = this.#active.get(name);
    const leftMillis = fault === undefined ? 0 : fault.endsAtMillis - this.#clock.nowMillis();
    const active =
      fault === undefined || leftMillis <= 0
        ? null
        : { parameters: fault.parameters, endsInSeconds: Math.ceil(leftMillis / 1_000) };
    return { name, description, parameters: { ...parameters, ttlSeconds: TTL_SECONDS }, active };
  }
}

type ReadParameters =
  | { readonly ok: true; readonly values: Record<string, number> }
  | { readonly ok: false; readonly problems: readonly string[] };

function readParameters(input: unknown, bounds: Readonly<Record<string, Bounds>>): ReadParameters {
  const known = Object.keys(bounds).join(', ');
  if (input !== undefined && (typeof input !== 'object' || input === null || Array.isArray(input)))
    return { ok: false, problems: [`expected a JSON object with ${known}`] };
  const given = new Map(Object.entries(input ?? {}));
  const problems = [...given.keys()]
    .filter((name) => !Object.hasOwn(bounds, name))
    .map((name) => `${name.slice(0, 50)}: unknown, expected ${known}`);
  const values: Record<string, number> = {};
  for (const [name, { min, max, default: fallback }] of Object.entries(bounds)) {
    const value = given.get(name) ?? fallback;
    if (typeof value === 'number' && value >= min && value <= max) values[name] = value;
    else
      problems.push(
        `${name}: expected a number from ${min} to ${max}, got ${JSON.stringify(value)?.slice(0, 50) ?? 'nothing'}`,
      );
  }
  return problems.length === 0 ? { ok: true, values } : { ok: false, problems };
}

/** The process's own clock. Timers do not keep the process alive. */
export const processClock: FaultClock = {
  nowMillis: () => performance.now(),
  after(millis, then) {
    const timer = setTimeout(then, millis).unref();
    return () => clearTimeout(timer);
  },
};
