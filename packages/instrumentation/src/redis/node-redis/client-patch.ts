import { replaceMethod } from '../../patched-method.ts';
import type { RedisRecorder } from '../redis-recorder.ts';
import { ClientCommands } from './client-commands.ts';
import { patchEmit } from './client-events.ts';
import type { ClusterCalls } from './cluster-patch.ts';
import type { CommandParser, NodeRedisClient, QueuedCommand, Words } from './node-redis-client.ts';
import type { NodeRedisDriver } from './node-redis-driver.ts';

type ExecuteCommand = (
  this: NodeRedisClient,
  command: unknown,
  parser: CommandParser,
  ...rest: unknown[]
) => Promise<unknown>;
type SendCommand = (this: NodeRedisClient, words: Words, ...rest: unknown[]) => Promise<unknown>;
type ExecuteBatch = (
  this: NodeRedisClient,
  commands: readonly QueuedCommand[],
  selectedDatabase?: number,
  ...rest: unknown[]
) => Promise<unknown>;
type Monitor = (this: NodeRedisClient, ...rest: unknown[]) => Promise<unknown>;

/**
 * Sees every command of the clients of one copy of `@redis/client`. Methods whose promise an async function of the library hands on are
 * watched without a promise in between; only `sendCommand`, whose promise goes to the application, returns one more.
 *
 * @returns false where the class is made otherwise.
 */
export function patchClient(
  Client: { readonly prototype: object },
  recorder: RedisRecorder,
  driver: NodeRedisDriver,
  cluster: ClusterCalls,
): boolean {
  const { prototype } = Client;
  const { sendCommand, _executeCommand: execute } = prototype as Record<string, unknown>;
  if (typeof sendCommand !== 'function' || typeof execute !== 'function') return false;
  driver.use(sendCommand as SendCommand);
  const commands = new ClientCommands(recorder, driver, cluster);
  replaceMethod<ExecuteCommand>(
    prototype,
    '_executeCommand',
    (original) =>
      function (command, parser, ...rest) {
        if (!recorder.isEnabled) return original.call(this, command, parser, ...rest);
        const operation = commands.begin(this, parser.redisArgs);
        const outer = commands.isInside;
        commands.isInside = true;
        let promise: Promise<unknown>;
        try {
          promise = original.call(this, command, parser, ...rest);
        } finally {
          commands.isInside = outer;
        }
        commands.follow(this, promise, operation, parser.redisArgs);
        return promise;
      },
  );
  replaceMethod<SendCommand>(
    prototype,
    'sendCommand',
    (original) =>
      function (words, ...rest) {
        if (!recorder.isEnabled || commands.isInside || commands.isClaimed(words)) {
          return original.call(this, words, ...rest);
        }
        const operation = commands.begin(this, words);
        const promise = original.call(this, words, ...rest);
        return operation === undefined ? promise : commands.followed(this, promise, operation, words);
      },
  );
  for (const [method, name] of BATCHES) {
    replaceMethod<ExecuteBatch>(
      prototype,
      method,
      (original) =>
        function (queue, selectedDatabase, ...rest) {
          if (!recorder.isEnabled) return original.call(this, queue, selectedDatabase, ...rest);
          const operation = commands.beginBatch(this, name, queue);
          const promise = original.call(this, queue, selectedDatabase, ...rest);
          commands.followBatch(this, promise, operation, queue, selectedDatabase);
          return promise;
        },
    );
  }
  replaceMethod<Monitor>(
    prototype,
    'MONITOR',
    (original) =>
      function (...rest) {
        if (recorder.isEnabled) commands.markMonitor(this);
        return original.apply(this, rest);
      },
  );
  patchEmit(prototype, recorder, driver);
  return true;
}

const BATCHES = [
  ['_executeMulti', 'MULTI'],
  ['_executePipeline', 'PIPELINE'],
] as const;
