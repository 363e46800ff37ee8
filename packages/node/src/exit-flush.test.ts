import { EventEmitter } from 'node:events';
import { expect, jest, test } from '@jest/globals';
import { type ExitFlush, flushAtExit, type ProcessHost } from './exit-flush.ts';

class FakeProcess extends EventEmitter {
  readonly pid = 7;
  readonly kills: string[] = [];
  kill(pid: number, signal: string): void {
    this.kills.push(`${pid} ${signal} ${this.listenerCount(signal)} listeners`);
  }
}

function setUp() {
  const host = new FakeProcess();
  const flush = jest.fn<ExitFlush>(() => Promise.resolve(true));
  const remove = flushAtExit(host as unknown as ProcessHost, flush);
  return { host, flush, remove };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('a dry event loop is flushed once, although Node.js says so twice', () => {
  const { host, flush } = setUp();
  host.emit('beforeExit', 0);
  host.emit('beforeExit', 0);
  expect(flush.mock.calls).toEqual([[{ lastChance: true }]]);
});

test('alone on a signal: flush, then the signal again with no listener left', async () => {
  const { host, flush } = setUp();
  host.emit('SIGTERM');
  expect(host.kills).toEqual([]);
  await settle();
  expect(flush.mock.calls).toEqual([[{ lastChance: true }]]);
  expect(host.kills).toEqual(['7 SIGTERM 0 listeners']);
});

test('process 1 of a container survives its signal and is watched again', async () => {
  const { host, flush } = setUp();
  host.emit('SIGTERM');
  await settle();
  expect(host.listenerCount('SIGTERM')).toBe(1);
  host.emit('SIGTERM');
  await settle();
  expect(flush).toHaveBeenCalledTimes(2);
});

test('beside a listener of the application: a flush that is not the last chance, and no signal', async () => {
  const { host, flush } = setUp();
  const seen: number[] = [];
  host.on('SIGINT', () => seen.push(host.listenerCount('SIGINT')));
  host.emit('SIGINT');
  host.emit('SIGINT');
  await settle();
  expect(flush.mock.calls[0]).toEqual([{ lastChance: false }]);
  expect(seen).toEqual([1, 1]);
  expect(host.kills).toEqual([]);
  expect(host.listenerCount('SIGINT')).toBe(2);
});

test('removed, nothing is left on the process, not even by a signal on its way', async () => {
  const { host, remove } = setUp();
  host.emit('SIGHUP');
  remove();
  await settle();
  expect(host.eventNames()).toEqual([]);
});
