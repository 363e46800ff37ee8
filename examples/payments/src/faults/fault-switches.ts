export const FAULTS = {
  errors: {
    description: 'answers this share of charges with 500',
    parameters: { ratio: { min: 0, max: 1, default: 1 } },
  },
  latency: {
    description: 'lets this share of charges wait `ms` before they are handled',
    parameters: { ms: { min: 1, max: 30_000 }, ratio: { min: 0, max: 1, default: 1 } },
  },
  hang: {
    description: 'never answers this share of charges while it is on',
    parameters: { ratio: { min: 0, max: 1, default: 1 } },
  },
} as const satisfies Record<string, { description: string; parameters: Record<string, Bounds> }>;

export type FaultName = keyof typeof FAULTS;

interface Bounds {
  readonly min: number;
  readonly max: number;
  /** Without a default the parameter must be given. */
  readonly default?: number;
}

/** Every fault ends by itself: this long after it was turned on, or after `ttlSeconds` when that is given. */
export const TTL_SECONDS: Bounds = { min: 1, max: 3_600, default: 60 };

export interface FaultState {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, Bounds>>;
  readonly active: { readonly parameters: Readonly<Record<string, number>>; readonly endsInSeconds: number } | null;
}

export type TurnOnOutcome =
  | { readonly status: 'on'; readonly fault: FaultState }
  | { readonly status: 'invalid'; readonly problems: readonly string[] };

/** Which faults are on. Their end is read from the clock, so no timer is needed and none can be late. */
export class FaultSwitches {
  readonly #nowMillis: () => number;
  readonly #on = new Map<FaultName, { parameters: Readonly<Record<string, number>>; endsAtMillis: number }>();

  constructor(nowMillis: () => number) {
    this.#nowMillis = nowMillis;
  }

  turnOn(name: FaultName, input: unknown): TurnOnOutcome {
    const read = readParameters(input, { ...FAULTS[name].parameters, ttlSeconds: TTL_SECONDS });
    if (read.problems.length > 0) return { status: 'invalid', problems: read.problems };
    const { ttlSeconds = 0, ...parameters } = read.values;
    this.#on.set(name, { parameters, endsAtMillis: this.#nowMillis() + ttlSeconds * 1_000 });
    return { status: 'on', fault: this.state(name) };
  }

  turnOff(name: FaultName): void {
    this.#on.delete(name);
  }

  turnOffAll(): void {
    this.#on.clear();
  }

  /** A parameter of a fault that is on, else undefined. */
  value(name: FaultName, parameter: string): number | undefined {
    return this.#current(name)?.parameters[parameter];
  }

  state(name: FaultName): FaultState {
    const { description, parameters } = FAULTS[name];
    const fault = this.#current(name);
    const active =
      fault === undefined
        ? null
        : { parameters: fault.parameters, endsInSeconds: Math.ceil((fault.endsAtMillis - this.#nowMillis()) / 1_000) };
    return { name, description, parameters: { ...parameters, ttlSeconds: TTL_SECONDS }, active };
  }

  #current(name: FaultName) {
    const fault = this.#on.get(name);
    return fault !== undefined && this.#nowMillis() < fault.endsAtMillis ? fault : undefined;
  }
}

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

function readParameters(
  input: unknown,
  bounds: Readonly<Record<string, Bounds>>,
): { values: Record<string, number>; problems: string[] } {
  const known = Object.keys(bounds).join(', ');
  const values: Record<string, number> = {};
  if (input !== undefined && (typeof input !== 'object' || input === null || Array.isArray(input)))
    return { values, problems: [`expected a JSON object with ${known}`] };
  const given = new Map(Object.entries(input ?? {}));
  const problems = [...given.keys()]
    .filter((name) => !Object.hasOwn(bounds, name))
    .map((name) => `${name.slice(0, 50)}: unknown, expected ${known}`);
  for (const [name, { min, max, default: fallback }] of Object.entries(bounds)) {
    const value = given.get(name) ?? fallback;
    if (typeof value === 'number' && value >= min && value <= max) values[name] = value;
    else
      problems.push(
        `${name}: expected a number from ${min} to ${max}, got ${JSON.stringify(value)?.slice(0, 50) ?? 'nothing'}`,
      );
  }
  return { values, problems };
}
