import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import { expect, jest, test } from '@jest/globals';
import { type ExitFlush, flushAtExit, type ProcessHost } from './exit-flush.ts';

class FakeProcess extends EventEmitter {
  readonly pid = 7;
  readonly kills: string[] = [];
  /** As Node.js does when the kernel delivers one. */
  signal(name: 'SIGTERM' | 'SIGINT' | 'SIGHUP'): void {
    this.emit(name, name, constants.signals[name]);
  }
  kill(pid: number, signal: string): void {
    this.kills.push(`${pid} ${signal} ${this.listenerCount(signal)} listeners`);
  }
}

function setUp() {
  const host = new FakeProcess();
  const flush = jest.fn<ExitFlush['flush']>(() => Promise.resolve(true));
  const collect = jest.fn<ExitFlush['collect']>(() => Promise.resolve());
  const collectNow = jest.fn<ExitFlush['collectNow']>();
  const drainSync = jest.fn<ExitFlush['drainSync']>();
  const clock = { nowMillis: 1_000 };
  const remove = flushAtExit(
    host as unknown as ProcessHost,
    { collect, collectNow, flush, drainSync },
    () => clock.nowMillis,
  );
  return { host, collect, collectNow, flush, drainSync, clock, remove };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('on a dry event loop is collected once, although Node.js says so twice', () => {
  const { host, collect } = setUp();
  host.emit('beforeExit', 0);
  host.emit('beforeExit', 0);
  expect(collect.mock.calls).toEqual([[{ timeoutMillis: 500 }]]);
});

test('an exit without a dry event loop drains for 500 ms, one after a collection for what that left of them', async () => {
  const { host, collect, drainSync, clock } = setUp();
  host.emit('exit', 3);
  collect.mockImplementation(() => {
    clock.nowMillis += 480;
    return Promise.resolve();
  });
  host.emit('beforeExit', 0);
  await settle();
  host.emit('exit', 0);
  expect(drainSync.mock.calls).toEqual([[500], [20]]);
});

test('at an exit is collected at once, in the same 500 ms, and not again within 100 ms of the collection before it', async () => {
  const { host, collectNow, drainSync, clock } = setUp();
  collectNow.mockImplementation(() => {
    clock.nowMillis += 30;
  });
  host.emit('exit', 0);
  expect(drainSync.mock.calls).toEqual([[470]]);
  host.emit('beforeExit', 0);
  await settle();
  clock.nowMillis += 100;
  host.emit('exit', 0);
  expect(collectNow).toHaveBeenCalledTimes(1);
  clock.nowMillis += 1;
  host.emit('exit', 0);
  expect(collectNow).toHaveBeenCalledTimes(2);
});

test('an application that goes on working after its event loop ran dry is drained for as long at its end', async () => {
  const { host, drainSync, clock } = setUp();
  host.emit('beforeExit', 0);
  await settle();
  clock.nowMillis += 60_000;
  host.emit('exit', 0);
  expect(drainSync.mock.calls).toEqual([[500]]);
});

test('what fails at the end is no exception of the application, and beforeExit does not come again for ever', async () => {
  const { host, collect, flush, drainSync } = setUp();
  const fails = () => {
    throw new Error('no clock, no timers');
  };
  collect.mockImplementation(fails);
  flush.mockImplementation(fails);
  drainSync.mockImplementation(fails);
  host.emit('beforeExit', 0);
  host.emit('beforeExit', 0);
  host.emit('exit', 0);
  host.signal('SIGTERM');
  await settle();
  expect(collect).toHaveBeenCalledTimes(1);
  expect(host.kills).toEqual(['7 SIGTERM 0 listeners']);
});

test('alone on a signal: flush, then the signal again with no listener left', async () => {
  const { host, flush } = setUp();
  host.signal('SIGTERM');
  expect(host.kills).toEqual([]);
  await settle();
  expect(flush.mock.calls).toEqual([[{ timeoutMillis: 1_800 }]]);
  expect(host.kills).toEqual(['7 SIGTERM 0 listeners']);
});

test('process 1 of a container survives its signal and is watched again', async () => {
  const { host, flush } = setUp();
  host.signal('SIGTERM');
  await settle();
  expect(host.listenerCount('SIGTERM')).toBe(1);
  host.signal('SIGTERM');
  await settle();
  expect(flush).toHaveBeenCalledTimes(2);
});

test('beside a listener of the application: a collection that holds nobody, and no signal', async () => {
  const { host, collect, flush } = setUp();
  const seen: number[] = [];
  host.on('SIGINT', () => seen.push(host.listenerCount('SIGINT')));
  host.signal('SIGINT');
  host.signal('SIGINT');
  await settle();
  expect(collect.mock.calls[0]).toEqual([{ timeoutMillis: 1_800, holdsProcess: false }]);
  expect(flush).not.toHaveBeenCalled();
  expect(seen).toEqual([1, 1]);
  expect(host.kills).toEqual([]);
  expect(host.listenerCount('SIGINT')).toBe(2);
});

test('removed, nothing is left on the process, not even by a signal on its way', async () => {
  const { host, remove } = setUp();
  host.signal('SIGHUP');
  remove();
  await settle();
  expect(host.eventNames()).toEqual([]);
});

test('a signal that the application only emits, and nobody sent, is none', async () => {
  const { host, flush, collect } = setUp();
  host.emit('SIGTERM');
  host.emit('SIGTERM', 'SIGTERM');
  await settle();
  expect([flush.mock.calls, collect.mock.calls, host.kills]).toEqual([[], [], []]);
});
