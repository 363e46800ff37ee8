import { ownOptions } from '@vigil/otlp-exporter/core';
import type { RouteRule } from './route/route-rule.ts';

const ROUTES_MAXIMUM = 1_000;
const ROUTE_TEXT_MAXIMUM = 1_024;
const SHOWN_MAXIMUM = 80;

/**
 * Reads options that come from code and may be of any type there, and collects what is wrong with them, so that one error
 * names everything. Reading never throws.
 */
export class OptionReader {
  readonly #subject: string;
  readonly #options: Readonly<Record<string, unknown>>;
  readonly #prefix: string;
  readonly #problems: string[];

  constructor(subject: string, options: unknown, known: readonly string[], prefix = '', problems: string[] = []) {
    this.#subject = subject;
    this.#prefix = prefix;
    this.#problems = problems;
    const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
    this.#options = ownOptions(isObject ? (options as Record<string, unknown>) : {});
    if (!isObject && options !== undefined) {
      this.#problems.push(
        `${prefix === '' ? 'options' : prefix.slice(0, -1)}: expected an object, got ${shown(options)}`,
      );
    }
    for (const key of Object.keys(this.#options)) {
      if (!known.includes(key))
        this.#problems.push(`${prefix}${key}: expected one of ${known.join(', ')}, got this name`);
    }
  }

  /** A reader for an option that is an object itself; its problems are ours. */
  nested(key: string, known: readonly string[]): OptionReader {
    return new OptionReader(this.#subject, this.#options[key], known, `${this.#prefix}${key}.`, this.#problems);
  }

  get hasProblems(): boolean {
    return this.#problems.length > 0;
  }

  /** Those of the options that are set. */
  pick(keys: readonly string[]): Record<string, unknown> {
    const set = keys.filter((key) => this.#options[key] !== undefined);
    return Object.fromEntries(set.map((key) => [key, this.#options[key]]));
  }

  raw(key: string): unknown {
    return this.#options[key];
  }

  problem(key: string, expected: string): void {
    this.#problems.push(`${this.#prefix}${key}: expected ${expected}, got ${shown(this.#options[key])}`);
  }

  /** A problem that somebody else has found and worded. */
  foreign(message: string): void {
    this.#problems.push(message);
  }

  flag(key: string, otherwise: boolean): boolean {
    return this.#read(key, otherwise, 'true or false', (value) => typeof value === 'boolean');
  }

  /** 0 to 1. */
  fraction(key: string, otherwise: number): number {
    return this.#read(key, otherwise, 'a number from 0 to 1', isFraction);
  }

  /** 0 or more, `Infinity` too. */
  amount(key: string, otherwise: number): number {
    const isAmount = (value: unknown) => typeof value === 'number' && value >= 0;
    return this.#read(key, otherwise, 'a number from 0 up, or Infinity', isAmount);
  }

  /** A whole number within bounds. */
  count(key: string, otherwise: number, { minimum, maximum }: { minimum: number; maximum: number }): number {
    const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
    return this.#read(key, otherwise, `a whole number from ${minimum} to ${maximum}`, isCount);
  }

  texts(key: string, otherwise: readonly string[]): readonly string[] {
    const isList = (value: unknown) =>
      Array.isArray(value) && value.length <= ROUTES_MAXIMUM && value.every((text) => isRoute(text));
    return this.#read(key, otherwise, `a list of at most ${ROUTES_MAXIMUM} routes such as "/health"`, isList);
  }

  routeRules(key: string): readonly RouteRule[] {
    const rules = this.#options[key] ?? [];
    if (!Array.isArray(rules) || rules.length > ROUTES_MAXIMUM) {
      this.problem(key, `a list of at most ${ROUTES_MAXIMUM} rules such as { route: "/orders/:id", ratio: 1 }`);
      return [];
    }
    return rules.filter((rule: unknown, index) => {
      const { route, ratio } = (rule ?? {}) as Partial<RouteRule>;
      if (!isRoute(route)) this.#expected(`${key}[${index}].route`, 'text that begins with "/"', route);
      if (!isFraction(ratio)) this.#expected(`${key}[${index}].ratio`, 'a number from 0 to 1', ratio);
      return isRoute(route) && isFraction(ratio);
    });
  }

  /** An object that has these methods. */
  object<Value extends object | undefined>(key: string, otherwise: Value, methods: readonly string[]): Value {
    const fits = (value: unknown) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((name) => typeof Reflect.get(value, name) === 'function');
    return this.#read(key, otherwise, `an object with ${methods.join(', ')}`, fits);
  }

  callback<Value>(key: string, otherwise: Value): Value {
    return this.#read(key, otherwise, 'a function', (value) => typeof value === 'function');
  }

  /** @throws TypeError that names every bad value that was read. */
  throwIfAny(): void {
    if (this.#problems.length > 0) throw new TypeError(`${this.#subject}: ${this.#problems.join('; ')}`);
  }

  #expected(place: string, expected: string, value: unknown): void {
    this.#problems.push(`${this.#prefix}${place}: expected ${expected}, got ${shown(value)}`);
  }

  #read<Value>(key: string, otherwise: Value, expected: string, isGood: (value: unknown) => boolean): Value {
    const value = this.#options[key];
    if (value === undefined) return otherwise;
    if (isGood(value)) return value as Value;
    this.problem(key, expected);
    return otherwise;
  }
}

function isFraction(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isRoute(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('/') && value.length <= ROUTE_TEXT_MAXIMUM;
}

/** A value as one short line; its own code is not run. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, SHOWN_MAXIMUM));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
