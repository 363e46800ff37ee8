import type { Span } from '@opentelemetry/api';
import type { SeededRandom } from './seeded-random.ts';

/** Values an application should not set, and does. Each call makes a new one. */
const VALUES: readonly ((random: SeededRandom) => unknown)[] = [
  () => Symbol('secret'),
  () => 10n ** 30n,
  () => Number.NaN,
  () => -0,
  () => '\ud800 lone',
  (random) => 'x'.repeat(random.pick([100, 9_000, 70_000])),
  () => new Proxy({}, { ownKeys: () => hostileThrow(), get: () => hostileThrow() }),
  () => ({
    get value() {
      return hostileThrow();
    },
  }),
  () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    return cyclic;
  },
  () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 70; depth++) deep = [deep];
    return deep;
  },
  () => new Map([['a', 1]]),
  () => new Float32Array([1, 2]),
  () => structuredClone(new ArrayBuffer(8), {}),
  () => ['a', 1, null, undefined, { b: [true] }],
  () => ({ toString: hostileThrow, toJSON: hostileThrow, [Symbol.toPrimitive]: hostileThrow }),
];

function hostileThrow(): never {
  throw new Error('hostile');
}

/** Sets up to three hostile attributes; sometimes so many large ones that the span is too large, or ends another span inside. */
export function makeHostile(span: Span, random: SeededRandom, endAnother: () => void): void {
  const set = (key: string, value: unknown) => span.setAttribute(key, value as string);
  if (random.chance(0.2)) {
    for (let index = 0; index < 20; index++) set(`big.${index}`, 'y'.repeat(8_000));
  }
  for (let index = random.integer(1, 3); index > 0; index--) set(`hostile.${index}`, random.pick(VALUES)(random));
  if (random.chance(0.1)) {
    const reenter = {
      get value() {
        endAnother();
        return 1;
      },
    };
    set('reenter', reenter);
  }
}
