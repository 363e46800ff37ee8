import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter, errorMonitor, once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { StorageContextManager } from './context-manager.ts';

const KEY = createContextKey('test');
const ONE = ROOT_CONTEXT.setValue(KEY, 1);
const TWO = ROOT_CONTEXT.setValue(KEY, 2);

const manager = new StorageContextManager().enable();
const value = () => manager.active().getValue(KEY);

afterEach(() => expect(manager.active()).toBe(ROOT_CONTEXT));

test('a function runs in its context with its this and arguments, and what it throws comes back', () => {
  const self = { own: 3 };
  expect(
    manager.with(
      ONE,
      function (this: typeof self, more: number) {
        return [value(), this.own, more];
      },
      self,
      4,
    ),
  ).toEqual([1, 3, 4]);
  expect(manager.with(ONE, (more: number) => [value(), more], undefined, 5)).toEqual([1, 5]);
  expect(() =>
    manager.with(ONE, () => {
      throw new RangeError('of the application');
    }),
  ).toThrow(RangeError);
});

test('contexts follow awaits, and one inside another ends with its function', async () => {
  const seen = await manager.with(ONE, async () => {
    await null;
    const inner = await manager.with(TWO, async () => {
      await null;
      return value();
    });
    return [inner, value()];
  });
  expect(seen).toEqual([2, 1]);
});

test.each([0, 1, 2, 3, 4, 5, 9])(
  'a bound function of %i parameters has as many and passes all arguments and its this',
  (length) => {
    const target = Object.defineProperty(
      function (this: unknown, ...args: unknown[]) {
        return [value(), this, ...args];
      },
      'length',
      { value: length },
    );
    const bound = manager.bind(ONE, target);
    expect(bound.length).toBe(length);
    const self = {};
    expect(Reflect.apply(bound, self, [1, 2, 3, 4, 5, 6])).toEqual([1, self, 1, 2, 3, 4, 5, 6]);
    expect(manager.with(TWO, () => bound.call(self))).toEqual([1, self]);
  },
);

test('listeners of a bound emitter run in its context, also those that were there before and those of once', () => {
  const emitter = new EventEmitter();
  const seen: unknown[] = [];
  emitter.on('event', () => seen.push(['before', value()]));
  expect(manager.bind(ONE, emitter)).toBe(emitter);
  emitter.once('event', () => seen.push(['once', value()]));
  emitter.prependListener('event', (more: unknown) => seen.push(['first', value(), more]));
  manager.with(TWO, () => expect(emitter.emit('event', 'argument')).toBe(true));
  expect(emitter.emit('event')).toBe(true);
  expect(emitter.emit('other')).toBe(false);
  expect(seen).toEqual([
    ['first', 1, 'argument'],
    ['before', 1],
    ['once', 1],
    ['first', 1, undefined],
    ['before', 1],
  ]);
});

test('listeners stay what the application registered: listeners() gives them back and off() takes them off', () => {
  const emitter = manager.bind(ONE, new EventEmitter());
  const listener = () => undefined;
  emitter.on('event', listener).once('event', listener).addListener('event', listener);
  expect(emitter.listeners('event')).toEqual([listener, listener, listener]);
  emitter.off('event', listener).removeListener('event', listener);
  expect(emitter.listenerCount('event')).toBe(1);
  emitter.removeAllListeners();
  expect(emitter.emit('event')).toBe(false);
});

test('an error without a listener is thrown as ever, with a monitor only too, and with a listener it is not', async () => {
  const emitter = manager.bind(ONE, new EventEmitter());
  const failure = new Error('of the emitter');
  expect(() => emitter.emit('error', failure)).toThrow('of the emitter');
  const seen: unknown[] = [];
  emitter.on(errorMonitor, () => seen.push(value()));
  expect(() => emitter.emit('error', failure)).toThrow('of the emitter');
  const waiting = once(emitter, 'error');
  emitter.emit('error', failure);
  expect(await waiting).toEqual([failure]);
  expect(seen).toEqual([1, 1]);
});

test('the first context an emitter is bound to stays', () => {
  const emitter = manager.bind(TWO, manager.bind(ONE, new EventEmitter()));
  let seen: unknown;
  emitter.on('event', () => {
    seen = value();
  });
  emitter.emit('event');
  expect(seen).toBe(1);
});

test('other storages of the application are left alone by both', () => {
  const theirs = new AsyncLocalStorage<string>();
  const bound = manager.bind(ONE, () => [value(), theirs.getStore()]);
  const emitter = manager.bind(ONE, new EventEmitter());
  const seen: unknown[] = [];
  emitter.on('event', () => seen.push(theirs.getStore()));
  expect(theirs.run('theirs', bound)).toEqual([1, 'theirs']);
  theirs.run('theirs', () => emitter.emit('event'));
  expect(seen).toEqual(['theirs']);
});

test('what is neither a function nor an emitter comes back as it is', () => {
  for (const target of [undefined, null, 1, 'text', {}]) expect(manager.bind(ONE, target)).toBe(target);
});

test('attach holds until it is disposed, once', () => {
  const token = manager.attach(ONE);
  expect(value()).toBe(1);
  const inner = manager.attach(TWO);
  inner.dispose();
  expect(value()).toBe(1);
  token.dispose();
  inner.dispose();
  token.dispose();
  expect(manager.active()).toBe(ROOT_CONTEXT);
});

test('nothing is active after disable', () => {
  const own = new StorageContextManager();
  own.with(ONE, () => {
    own.disable();
    expect(own.active()).toBe(ROOT_CONTEXT);
  });
});

/** What a program sees that does everything an application or an instrumentation does with a manager. */
function seenWith(its: StorageContextManager | AsyncLocalStorageContextManager): unknown[] {
  const seen: unknown[] = [];
  const note = (what: string) => seen.push([what, its.active().getValue(KEY)]);
  const emitter = its.bind(ONE, new EventEmitter());
  const listener = () => note('listener');
  emitter.on('event', listener).once('event', () => note('once'));
  its.with(TWO, () => emitter.emit('event'));
  emitter.off('event', listener);
  note(`left ${emitter.listenerCount('event')}`);
  its.bind(TWO, (...args: unknown[]) => note(`bound ${args.length}`))(1, 2, 3);
  its.with(ONE, () => its.with(ROOT_CONTEXT, () => note('root inside')));
  seen.push(its.bind(ONE, (_1: unknown, _2: unknown, _3: unknown, _4: unknown) => undefined).length);
  return seen;
}

test('a program sees the same as with the manager of OpenTelemetry', () => {
  expect(seenWith(new StorageContextManager())).toEqual(seenWith(new AsyncLocalStorageContextManager().enable()));
});
