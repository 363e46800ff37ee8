import { detachedBuffer } from './detached-buffer.mjs';

const fail = () => {
  throw new Error('hostile');
};
const trap = new Proxy({}, { get: () => fail });
/** Throws whatever is asked of it. */
const throwing = () => new Proxy(() => undefined, new Proxy({}, { get: () => fail }));
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const cyclic = () => {
  const object = { name: 'cyclic' };
  object.self = object;
  object.list = [object, [object]];
  return object;
};
const value = (make) => (span) => span.setAttribute('value', make());

const VALUES = {
  'cyclic object': value(cyclic),
  'throwing getter': value(() => Object.defineProperty({}, 'x', { enumerable: true, get: fail })),
  'throwing Proxy': value(throwing),
  'Proxy with a trap that is no function': value(() => new Proxy({}, trap)),
  'revoked Proxy': value(revoked),
  'toString throws': value(() => ({ toString: fail })),
  'toJSON throws': value(() => ({ toJSON: fail })),
  'valueOf and Symbol.toPrimitive throw': value(() => ({ valueOf: fail, [Symbol.toPrimitive]: fail })),
  Symbol: value(() => Symbol('s')),
  BigInt: value(() => 2n ** 200n),
  'negative BigInt': value(() => -(2n ** 63n)),
  'lone surrogates': value(() => '\ud800 \udfff \ud83d'),
  'NUL and controls': value(() => '\u0000\u001b[2J\r\n'),
  'negative zero': value(() => -0),
  NaN: value(() => Number.NaN),
  Infinity: value(() => -Infinity),
  'beyond 2^53': value(() => 2 ** 80),
  null: value(() => null),
  undefined: value(() => undefined),
  function: value(() => fail),
  frozen: value(() => Object.freeze(['a', 'b'])),
  'object without prototype': value(() => Object.assign(Object.create(null), { a: 1 })),
  'class instance': value(
    () =>
      new (class Secret {
        #hidden = 1;
        open = this.#hidden;
      })(),
  ),
  Map: value(() => new Map([['a', new Map()]])),
  Set: value(() => new Set([1])),
  'invalid Date': value(() => new Date(Number.NaN)),
  RegExp: value(() => /(a+)+$/),
  Promise: value(() => Promise.reject(new Error('nobody waits')).catch(() => undefined)),
  WeakRef: value(() => new WeakRef({})),
  'typed arrays': value(() => [new Float64Array(3), new BigInt64Array(2)]),
  'detached buffer': value(detachedBuffer),
  'shared buffer': value(() => new Uint8Array(new SharedArrayBuffer(8))),
  'array of everything': value(() => ['a', 1, true, null, undefined, {}, [], Symbol('s'), fail]),
  'array with holes': value(() => Object.assign(new Array(3), { 0: 1, 2: 3 })),
  'array with a throwing item': value(() => [1, throwing(), 3]),
  'array with a throwing length': value(() => new Proxy([], { get: fail })),
};

const CALLS = {
  'attributes are a throwing Proxy': (span) => span.setAttributes(throwing()),
  'attributes are null': (span) => span.setAttributes(null),
  'attributes with a throwing getter': (span) =>
    span.setAttributes(Object.defineProperty({ fine: 1 }, 'x', { enumerable: true, get: fail })),
  'key is a Symbol': (span) => span.setAttribute(Symbol('key'), 1),
  'key is an object': (span) => span.setAttribute(throwing(), 1),
  'key is empty': (span) => span.setAttribute('', 1),
  'keys of prototypes': (span) =>
    span.setAttributes(
      JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "toString": 1}'),
    ),
  'name is a Symbol': (span) => span.updateName(Symbol('name')),
  'name is a throwing Proxy': (span) => span.updateName(throwing()),
  'started with a name that is none': (_, tracer) => tracer.startSpan(Symbol('name')),
  'started with null': (_, tracer) => tracer.startSpan(null, null),
  'started with throwing options': (_, tracer) => tracer.startSpan('odd', throwing()),
  'started with links that are none': (_, tracer) =>
    tracer.startSpan('odd', { links: [null, {}, { context: null }, throwing()] }),
  'kind is 99': (_, tracer) => tracer.startSpan('odd', { kind: 99 }),
  'started at no time': (_, tracer) => tracer.startSpan('odd', { startTime: 'yesterday' }),
  'ended at no time': (span) => span.end(throwing()),
  'ended before it began': (span) => span.end(1),
  'ended at NaN': (span) => span.end([Number.NaN, -1]),
  'ended twice and used on': (span) => {
    span.end();
    span.end();
    span.setAttribute('late', 1).addEvent('late').updateName('late');
  },
  'event is a throwing Proxy': (span) => span.addEvent(throwing(), throwing(), throwing()),
  'link is null': (span) => span.addLink(null),
  'links are a throwing iterable': (span) => span.addLinks({ [Symbol.iterator]: fail }),
  'exception is a Symbol': (span) => span.recordException(Symbol('exception')),
  'exception is a throwing Proxy': (span) => span.recordException(throwing()),
  'exception is nothing': (span) => span.recordException(undefined),
  'exception whose stack throws': (span) =>
    span.recordException(Object.defineProperty(new Error('e'), 'stack', { get: fail })),
  'exception with a cyclic cause': (span) => {
    const error = new Error('e');
    error.cause = error;
    span.recordException(error);
  },
  'status is null': (span) => span.setStatus(null),
  'status is a throwing Proxy': (span) => span.setStatus(throwing()),
  'status code is a word': (span) => span.setStatus({ code: 'ERROR', message: Symbol('m') }),
};

/** What nobody should pass, and somebody does. */
export const HOSTILE = { ...VALUES, ...CALLS };
