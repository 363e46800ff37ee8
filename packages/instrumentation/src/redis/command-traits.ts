import type { LookupReply } from './lookup-outcome.ts';

/** Answers come when something happens, or never: their time says nothing of the server. */
const WAITING = new Set(
  [
    'BLPOP BRPOP BRPOPLPUSH BLMOVE BLMOVEM BLMPOP BZPOPMIN BZPOPMAX BZMPOP WAIT WAITAOF',
    'SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE SSUBSCRIBE SUNSUBSCRIBE MONITOR SYNC PSYNC',
    'QUIT SHUTDOWN DEBUG FAILOVER',
  ].flatMap((line) => line.split(' ')),
);

/** Wait only when they are told to. */
const WAITING_WITH_BLOCK = new Set(['XREAD', 'XREADGROUP']);

/**
 * Reading commands whose empty answer means that the key or field is not there. `EXISTS` is none: it is asked where absence is the
 * usual answer (locks, first visits), and would make a cache look bad that is not.
 */
const LOOKUPS: ReadonlyMap<string, LookupReply> = new Map<string, LookupReply>([
  ['GET', 'one'],
  ['GETEX', 'one'],
  ['GETDEL', 'one'],
  ['HGET', 'one'],
  ['MGET', 'list'],
  ['HMGET', 'list'],
  ['HGETEX', 'list'],
  ['HGETDEL', 'list'],
  // Redis keeps no empty hash: an empty one is a missing key.
  ['HGETALL', 'hash'],
]);

/** Sent by clients for themselves, between the application's commands. */
const OWN_TO_CLIENTS = new Set(['ASKING', 'READONLY', 'READWRITE']);

/** Their arguments are passwords, scripts, settings or messages, whatever the options say. */
const SECRET_ARGUMENTS = new Set(
  [
    'AUTH HELLO ACL CONFIG CLIENT MIGRATE REPLICAOF SLAVEOF DEBUG ECHO PING PUBLISH SPUBLISH',
    'EVAL EVAL_RO EVALSHA EVALSHA_RO FCALL FCALL_RO FUNCTION SCRIPT MODULE SENTINEL',
  ].flatMap((line) => line.split(' ')),
);

/** Letters, digits and what modules use. Whatever else somebody calls as a command may be a value. */
const COMMAND_NAME = /^[A-Z][A-Z0-9_.]{0,39}$/;

export const OTHER_COMMAND = '_OTHER';

export interface CommandTraits {
  /** As spans and metrics name it: upper case, or `_OTHER`. */
  readonly name: string;
  readonly waits: 'never' | 'always' | 'with BLOCK';
  readonly lookup: LookupReply | undefined;
  readonly isOwnToClients: boolean;
  readonly hasSecretArguments: boolean;
}

export function commandTraits(given: string): CommandTraits {
  const upper = given.toUpperCase();
  const name = COMMAND_NAME.test(upper) ? upper : OTHER_COMMAND;
  return {
    name,
    waits: WAITING.has(name) ? 'always' : WAITING_WITH_BLOCK.has(name) ? 'with BLOCK' : 'never',
    lookup: LOOKUPS.get(name),
    isOwnToClients: OWN_TO_CLIENTS.has(name),
    hasSecretArguments: name === OTHER_COMMAND || SECRET_ARGUMENTS.has(name),
  };
}

/** How a cluster's client learns which node has which key, in the middle of a command of the application. */
const TOPOLOGY = /^(?:slots|shards|nodes|links)$/i;

/** Whether a command is one that clients send for themselves. @param from where the arguments begin. */
export function isOwnToClients(traits: CommandTraits, words: ArrayLike<unknown>, from: number): boolean {
  if (traits.isOwnToClients) return true;
  if (traits.name !== 'CLUSTER') return false;
  const word = words[from];
  return typeof word === 'string' && TOPOLOGY.test(word);
}

/** `XREADGROUP GROUP g c COUNT 1 CLAIM 9 BLOCK 0 NOACK STREAMS`: all options stand before STREAMS. */
const WORDS_BEFORE_STREAMS = 12;

/** Whether a stream is read with the option to wait for an entry. */
export function asksToBlock(words: ArrayLike<unknown>): boolean {
  const length = Math.min(words.length, WORDS_BEFORE_STREAMS);
  for (let index = 0; index < length; index += 1) {
    const word = words[index];
    if (typeof word !== 'string' || word.length < 5 || word.length > 7) continue;
    const upper = word.toUpperCase();
    if (upper === 'BLOCK') return true;
    if (upper === 'STREAMS') return false;
  }
  return false;
}
