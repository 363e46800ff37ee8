import { expect, test } from '@jest/globals';
import { asksToBlock, commandTraits, isOwnToClients } from './command-traits.ts';

test('a command is named in upper case, and what is no name is _OTHER', () => {
  expect(commandTraits('hget').name).toBe('HGET');
  expect(commandTraits('JSON.GET').name).toBe('JSON.GET');
  expect(commandTraits('get user:42').name).toBe('_OTHER');
  expect(commandTraits('a'.repeat(41)).name).toBe('_OTHER');
  expect(commandTraits('').name).toBe('_OTHER');
});

test('BLPOP, WAIT, SUBSCRIBE and MONITOR always wait, XREAD with BLOCK only, GET never', () => {
  for (const name of ['blpop', 'WAIT', 'subscribe', 'monitor']) expect(commandTraits(name).waits).toBe('always');
  expect(commandTraits('xread').waits).toBe('with BLOCK');
  expect(commandTraits('get').waits).toBe('never');
});

test('BLOCK counts before STREAMS only: behind it, it is the name of a stream', () => {
  expect(asksToBlock(['GROUP', 'g', 'c', 'COUNT', 1, 'block', 0, 'STREAMS', 's', '>'])).toBe(true);
  expect(asksToBlock(['COUNT', '1', 'STREAMS', 'BLOCK', '0'])).toBe(false);
  expect(asksToBlock([])).toBe(false);
});

test('what a cluster asks for itself is no command of the application, other CLUSTER commands are', () => {
  const cluster = commandTraits('cluster');
  expect(isOwnToClients(cluster, ['SLOTS'], 0)).toBe(true);
  expect(isOwnToClients(cluster, ['CLUSTER', 'SHARDS'], 1)).toBe(true);
  expect(isOwnToClients(cluster, ['INFO'], 0)).toBe(false);
  expect(isOwnToClients(commandTraits('asking'), [], 0)).toBe(true);
});

test('arguments of AUTH, EVAL, CONFIG and of unknown commands are secret, those of GET are not', () => {
  for (const name of ['auth', 'EVAL', 'evalsha', 'config', 'what is this']) {
    expect(commandTraits(name).hasSecretArguments).toBe(true);
  }
  expect(commandTraits('get').hasSecretArguments).toBe(false);
});

test('EXISTS decides over no hit and no miss', () => {
  expect(commandTraits('exists').lookup).toBeUndefined();
  expect(commandTraits('get').lookup).toBe('one');
  expect(commandTraits('mget').lookup).toBe('list');
});
