import type { Random } from '../clock.ts';

/**
 * The circuit breaker of one origin, as data. Every attempt carries the `generation` it started in; a generation ends when the
 * breaker opens, closes or probes, so that late answers change nothing.
 */
export type BreakerState =
  | { readonly name: 'closed'; readonly generation: number; readonly failures: number }
  | {
      readonly name: 'open';
      readonly generation: number;
      /** Monotonic; from then on one probe may start. */
      readonly probeAtMillis: number;
      /** What the jitter was applied to, and what doubles. */
      readonly openForMillis: number;
    }
  | {
      readonly name: 'half_open';
      readonly generation: number;
      /** Monotonic; a probe without an outcome by then has failed. */
      readonly deadlineMillis: number;
      readonly openForMillis: number;
    };

export interface BreakerOptions {
  /** Failures or slow calls in a row that open the breaker. Default 3; at least 1. */
  readonly failuresToOpen: number;
  /** An answer that took longer counts as a failure. Default 2,500 ms; 0 means every answer is slow. */
  readonly slowCallMillis: number;
  /** How long it is open first; doubles with each failed probe. Default 5,000 ms. */
  readonly openForMillis: number;
  /** Where the doubling ends. Default 30,000 ms. */
  readonly openForMillisMaximum: number;
  /** Share by which an opening is longer or shorter, so that a fleet does not probe in step. Default 0.2. */
  readonly jitter: number;
  /** Time a probe has for an outcome. Default 6,000 ms: the deadline of an attempt and a little more. */
  readonly probeDeadlineMillis: number;
}

export const DEFAULT_BREAKER_OPTIONS: BreakerOptions = {
  failuresToOpen: 3,
  slowCallMillis: 2_500,
  openForMillis: 5_000,
  openForMillisMaximum: 30_000,
  jitter: 0.2,
  probeDeadlineMillis: 6_000,
};

export type BreakerEvent =
  /** An attempt starts; only where `mayAttemptAtMillis` allows it. */
  | { readonly type: 'started' }
  /** An attempt of that generation has an outcome. `neutral`: the origin answered, but it is not about its health. */
  | { readonly type: 'settled'; readonly generation: number; readonly outcome: 'success' | 'failure' | 'neutral' }
  /** Time went by. */
  | { readonly type: 'tick' }
  /** The process ends: the one probe left may start at once. */
  | { readonly type: 'last_chance' };

export const CLOSED_BREAKER: BreakerState = { name: 'closed', generation: 0, failures: 0 };

/** The breaker after an event. Pure: no timer, no I/O; `nowMillis` is monotonic, so a step of the wall clock changes nothing. */
export function nextBreakerState(
  state: BreakerState,
  event: BreakerEvent,
  nowMillis: number,
  options: BreakerOptions,
  random: Random,
): BreakerState {
  switch (event.type) {
    case 'started':
      return state.name === 'open' && nowMillis >= state.probeAtMillis ? probe(state, nowMillis, options) : state;
    case 'settled':
      return event.generation === state.generation ? settle(state, event.outcome, nowMillis, options, random) : state;
    case 'tick':
      return state.name === 'half_open' && nowMillis >= state.deadlineMillis
        ? open(state.generation, longer(state.openForMillis, options), nowMillis, options, random)
        : state;
    case 'last_chance':
      return state.name === 'open' ? { ...state, probeAtMillis: Math.min(state.probeAtMillis, nowMillis) } : state;
  }
}

/** Monotonic time from which an attempt may start; `Infinity` while another one probes. */
export function mayAttemptAtMillis(state: BreakerState): number {
  if (state.name === 'closed') return Number.NEGATIVE_INFINITY;
  return state.name === 'open' ? state.probeAtMillis : Number.POSITIVE_INFINITY;
}

function settle(
  state: BreakerState,
  outcome: 'success' | 'failure' | 'neutral',
  nowMillis: number,
  options: BreakerOptions,
  random: Random,
): BreakerState {
  switch (state.name) {
    case 'closed': {
      if (outcome !== 'failure') return outcome === 'success' && state.failures > 0 ? { ...state, failures: 0 } : state;
      const failures = state.failures + 1;
      if (failures < options.failuresToOpen) return { ...state, failures };
      return open(state.generation, options.openForMillis, nowMillis, options, random);
    }
    case 'half_open':
      // Neutral closes as well: whatever it said, the origin answers.
      return outcome === 'failure'
        ? open(state.generation, longer(state.openForMillis, options), nowMillis, options, random)
        : { name: 'closed', generation: state.generation + 1, failures: 0 };
    case 'open':
      return state;
  }
}

function probe(
  state: { generation: number; openForMillis: number },
  now: number,
  options: BreakerOptions,
): BreakerState {
  return {
    name: 'half_open',
    generation: state.generation + 1,
    deadlineMillis: now + options.probeDeadlineMillis,
    openForMillis: state.openForMillis,
  };
}

function open(
  generation: number,
  openForMillis: number,
  nowMillis: number,
  { jitter }: BreakerOptions,
  random: Random,
): BreakerState {
  const jittered = openForMillis * (1 - jitter + 2 * jitter * random());
  return { name: 'open', generation: generation + 1, probeAtMillis: nowMillis + jittered, openForMillis };
}

function longer(openForMillis: number, options: BreakerOptions): number {
  return Math.min(2 * openForMillis, options.openForMillisMaximum);
}
