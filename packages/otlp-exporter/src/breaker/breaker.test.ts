import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type BreakerEvent,
  type BreakerState,
  CLOSED_BREAKER,
  DEFAULT_BREAKER_OPTIONS,
  mayAttemptAtMillis,
  nextBreakerState,
} from './breaker.ts';

const even = () => 0.5;

function after(state: BreakerState, event: BreakerEvent, now = 0, random = even): BreakerState {
  return nextBreakerState(state, event, now, DEFAULT_BREAKER_OPTIONS, random);
}

const settled = (state: BreakerState, outcome: 'success' | 'failure' | 'neutral'): BreakerEvent => ({
  type: 'settled',
  generation: state.generation,
  outcome,
});

function afterFailures(times: number, now = 0, random = even): BreakerState {
  let state = CLOSED_BREAKER;
  for (let i = 0; i < times; i++) state = after(state, settled(state, 'failure'), now, random);
  return state;
}

/** Open since 0, probing since 5,000. */
const probing = () => after(afterFailures(3), { type: 'started' }, 5_000);

test('opens on the third failure in a row, not the second', () => {
  expect(afterFailures(2).name).toBe('closed');
  expect(afterFailures(3)).toMatchObject({ name: 'open', probeAtMillis: 5_000 });
});

test('a success between failures starts the count again, a neutral answer does not', () => {
  let state = afterFailures(2);
  expect(after(state, settled(state, 'neutral'))).toEqual(state);
  state = after(state, settled(state, 'success'));
  state = after(state, settled(state, 'failure'));
  expect(after(state, settled(state, 'failure')).name).toBe('closed');
});

test('one probe may start at 5,000 ms, none at 4,999 and no second one beside it', () => {
  const open = afterFailures(3);
  expect(mayAttemptAtMillis(open)).toBe(5_000);
  expect(after(open, { type: 'started' }, 4_999)).toBe(open);
  expect(probing().name).toBe('half_open');
  expect(mayAttemptAtMillis(probing())).toBe(Number.POSITIVE_INFINITY);
});

test('is open for 5, 10, 20, 30, 30 seconds while probes fail', () => {
  let now = 0;
  let state = afterFailures(3);
  const waits = [];
  for (let i = 0; i < 5; i++) {
    waits.push(mayAttemptAtMillis(state) - now);
    now = mayAttemptAtMillis(state);
    state = after(state, { type: 'started' }, now);
    state = after(state, settled(state, 'failure'), now);
  }
  expect(waits).toEqual([5_000, 10_000, 20_000, 30_000, 30_000]);
});

test('jitter makes an opening up to 20 % longer or shorter, not more', () => {
  expect(mayAttemptAtMillis(afterFailures(3, 0, () => 0))).toBe(4_000);
  expect(mayAttemptAtMillis(afterFailures(3, 0, () => 0.999_999))).toBeCloseTo(6_000, 1);
});

test.each(['success', 'neutral'] as const)(
  'a probe with the outcome %s closes, and three failures are needed again',
  (outcome) => {
    const state = after(probing(), settled(probing(), outcome), 5_100);
    expect(state).toMatchObject({ name: 'closed', failures: 0 });
    expect(mayAttemptAtMillis(state)).toBe(Number.NEGATIVE_INFINITY);
  },
);

test('after a recovery it opens for 5 seconds again, not for the 10 it had reached', () => {
  let state = after(probing(), settled(probing(), 'failure'), 5_000);
  state = after(state, { type: 'started' }, 15_000);
  state = after(state, settled(state, 'success'), 15_100);
  for (let i = 0; i < 3; i++) state = after(state, settled(state, 'failure'), 20_000);
  expect(mayAttemptAtMillis(state)).toBe(25_000);
});

test('a probe that never settles has failed at its deadline, not before', () => {
  expect(after(probing(), { type: 'tick' }, 10_999).name).toBe('half_open');
  expect(after(probing(), { type: 'tick' }, 11_000)).toMatchObject({ name: 'open', probeAtMillis: 21_000 });
});

test('a late answer of an attempt from before closes nothing', () => {
  const late: BreakerEvent = { type: 'settled', generation: CLOSED_BREAKER.generation, outcome: 'success' };
  expect(after(afterFailures(3), late, 100).name).toBe('open');
  expect(after(probing(), late, 5_100).name).toBe('half_open');
});

test('a late failure from before a recovery does not count', () => {
  const recovered = after(probing(), settled(probing(), 'success'), 5_100);
  for (const generation of [0, 1, 2]) {
    expect(after(recovered, { type: 'settled', generation, outcome: 'failure' }, 5_200)).toBe(recovered);
  }
});

test('a last chance lets an open breaker probe at once, and only an open one', () => {
  const open = afterFailures(3);
  expect(mayAttemptAtMillis(after(open, { type: 'last_chance' }, 1_000))).toBe(1_000);
  expect(mayAttemptAtMillis(after(open, { type: 'last_chance' }, 9_000))).toBe(5_000);
  expect(after(probing(), { type: 'last_chance' }, 5_001)).toEqual(probing());
  expect(after(CLOSED_BREAKER, { type: 'last_chance' }, 1)).toBe(CLOSED_BREAKER);
});

/** The breaker as one would draw it on a board: no generations, but every attempt knows what it belongs to. */
class Model {
  mode: 'closed' | 'open' | 'half_open' = 'closed';
  failures = 0;
  openFor = 0;
  until = 0;
  /** Attempts that still count. */
  attempts = new Set<number>();

  open(now: number, openFor: number): void {
    this.mode = 'open';
    this.openFor = openFor;
    this.until = now + openFor;
    this.attempts.clear();
  }

  start(id: number, now: number): boolean {
    if (this.mode === 'half_open' || (this.mode === 'open' && now < this.until)) return false;
    if (this.mode === 'open') {
      this.mode = 'half_open';
      this.until = now + 6_000;
    }
    this.attempts.add(id);
    return true;
  }

  settle(id: number, outcome: string, now: number): void {
    if (!this.attempts.delete(id)) return;
    const isProbe = this.mode === 'half_open';
    if (outcome !== 'failure') {
      if (isProbe) {
        this.mode = 'closed';
        this.attempts.clear();
      }
      if (isProbe || outcome === 'success') this.failures = 0;
      return;
    }
    this.failures += 1;
    if (isProbe) this.open(now, Math.min(2 * this.openFor, 30_000));
    else if (this.failures === 3) this.open(now, 5_000);
  }

  tick(now: number): void {
    if (this.mode === 'half_open' && now >= this.until) this.open(now, Math.min(2 * this.openFor, 30_000));
  }
}

interface Real {
  state: BreakerState;
  now: number;
  /** Generation of each attempt, by its number. */
  generations: number[];
}

const agree = (model: Model, real: Real) => {
  expect(real.state.name).toBe(model.mode);
  if (real.state.name === 'open') expect(real.state.probeAtMillis).toBe(model.until);
  if (real.state.name === 'closed') expect(real.state.failures).toBe(model.failures);
};

class Start implements fc.Command<Model, Real> {
  check = () => true;
  run(model: Model, real: Real): void {
    const may = mayAttemptAtMillis(real.state) <= real.now;
    const id = real.generations.length;
    expect(may).toBe(model.start(id, real.now));
    if (may) {
      real.state = after(real.state, { type: 'started' }, real.now);
      real.generations.push(real.state.generation);
    }
    agree(model, real);
  }
  toString = () => 'start';
}

class Settle implements fc.Command<Model, Real> {
  readonly which: number;
  readonly outcome: 'success' | 'failure' | 'neutral';
  constructor(which: number, outcome: 'success' | 'failure' | 'neutral') {
    this.which = which;
    this.outcome = outcome;
  }
  check = () => true;
  run(model: Model, real: Real): void {
    // Half of the time the newest attempt, else any, often one that settled long ago.
    const newest = real.generations.length - 1;
    const id = this.which % 2 === 0 ? newest : Math.floor(this.which / 2) % (newest + 1 || 1);
    const generation = real.generations[id];
    if (generation === undefined) return;
    const isFirst = model.attempts.has(id);
    model.settle(id, this.outcome, real.now);
    // Who settles twice is stopped by the lane; the breaker sees each attempt's first outcome, however late.
    if (isFirst || generation !== real.state.generation) {
      real.state = after(real.state, { type: 'settled', generation, outcome: this.outcome }, real.now);
    }
    agree(model, real);
  }
  toString = () => `settle ${this.which} ${this.outcome}`;
}

class Pass implements fc.Command<Model, Real> {
  readonly millis: number;
  constructor(millis: number) {
    this.millis = millis;
  }
  check = () => true;
  run(model: Model, real: Real): void {
    real.now += this.millis;
    real.state = after(real.state, { type: 'tick' }, real.now);
    model.tick(real.now);
    agree(model, real);
  }
  toString = () => `pass ${this.millis} ms`;
}

test('does what the model on the board does, with attempts that settle late, twice or never (3,000 runs of commands)', () => {
  const commands = fc.commands(
    [
      fc.constant(new Start()),
      fc
        .tuple(
          fc.nat(40),
          fc.constantFrom('success' as const, 'failure' as const, 'failure' as const, 'neutral' as const),
        )
        .map(([which, outcome]) => new Settle(which, outcome)),
      fc.constantFrom(1, 999, 4_999, 5_000, 6_000, 30_000).map((millis) => new Pass(millis)),
    ],
    { maxCommands: 80 },
  );
  fc.assert(
    fc.property(commands, (cmds) => {
      fc.modelRun(() => ({ model: new Model(), real: { state: CLOSED_BREAKER, now: 0, generations: [] } }), cmds);
    }),
    { numRuns: 3_000 },
  );
});
