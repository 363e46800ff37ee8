import type { RedisConnection } from '../redis-connection.ts';
import type { RedisOperation } from '../redis-operation.ts';
import { type IoredisCommand, OPERATION } from './ioredis-client.ts';

/**
 * Ends the operation when the client settles the command. The promise is left alone: whether somebody handles its rejection is the
 * application's affair. Functions that need no `this`, because others call them without.
 */
export function followCommand(
  command: IoredisCommand,
  operation: RedisOperation,
  connection: RedisConnection | undefined,
): void {
  const { resolve, reject } = command;
  // In a transaction the answer to a reading command is QUEUED.
  const countsLookup = operation.entry.lookups !== undefined && connection?.isInTransaction !== true;
  command[OPERATION] = operation;
  command.resolve = (value) => {
    // The client's first: what it cannot transform it rejects, and then that is how the command ended.
    const returned = resolve.call(command, value);
    operation.succeed(value, countsLookup);
    return returned;
  };
  command.reject = (error) => {
    operation.fail(error);
    return reject.call(command, error);
  };
}
