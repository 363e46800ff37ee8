import fc from 'fast-check';

const throwing = (): never => {
  throw new Error('hostile');
};

const LARGE_TEXT = 'x'.repeat(100_000);

/** Objects that try to hurt whoever reads them; made anew each time, because reading some of them uses them up. */
const HOSTILE: readonly (() => unknown)[] = [
  () => new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing, getPrototypeOf: throwing }),
  () => new Proxy([], { get: throwing }),
  () => new Proxy([1], { get: (_, name) => (name === 'length' ? 2 ** 32 - 1 : undefined) }),
  () => new Proxy({ a: 1 }, { ownKeys: () => ['a', 'b'], getOwnPropertyDescriptor: throwing }),
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  () => Object.defineProperty({}, 'a', { enumerable: true, get: throwing }),
  () => ({ toString: throwing, valueOf: throwing, toJSON: throwing, [Symbol.toPrimitive]: throwing }),
  () => ({ constructor: throwing }),
  () => ({ code: { toString: throwing }, name: Symbol('s'), message: () => 1, stack: 1n }),
  () => Object.assign(new Error('e'), { message: new Proxy({}, { get: throwing }) }),
  () => {
    const cycle: unknown[] = [];
    cycle.push(cycle, { cycle });
    return cycle;
  },
  () => {
    let deep: unknown = 'end';
    for (let level = 0; level < 100; level += 1) deep = level % 2 === 0 ? [deep] : { deep };
    return deep;
  },
  () => {
    const bytes = new Uint8Array(8);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    return bytes;
  },
  () => Object.setPrototypeOf([1, 2], null) as unknown,
  () => Object.setPrototypeOf({}, Uint8Array.prototype) as unknown,
  () => Object.setPrototypeOf({}, Date.prototype) as unknown,
  () => class extends Date {},
  () => JSON.parse('{"__proto__": {"polluted": true}, "a": 1}') as unknown,
  () => LARGE_TEXT,
  () => new Uint8Array(new SharedArrayBuffer(16)),
  () => Number.MIN_VALUE,
  () => '\ud800',
  () => throwing,
  () => Symbol.iterator,
  () => 2n ** 70n,
];

const tame = fc.anything({
  maxDepth: 3,
  maxKeys: 4,
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withObjectString: true,
  withBoxedValues: true,
  withSparseArray: true,
  withTypedArray: true,
});

const simple = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.array(fc.string({ unit: 'binary' })));

/** Makes a value of any type, tame or hostile. A function, because the generator itself would stumble over some of them. */
export const valueMaker: fc.Arbitrary<() => unknown> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 3, arbitrary: tame.map((value) => () => value) },
  { weight: 1, arbitrary: simple.map((value) => () => value) },
);

/** Values of every type that nobody built to hurt. */
export const tameValue: fc.Arbitrary<unknown> = fc.oneof(tame, simple);
