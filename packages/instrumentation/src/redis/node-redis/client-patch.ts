import { DB_OPERATION_BATCH_SIZE, VIGIL_OUTCOME } from '@vigil/conventions';
import { countLookups } from '../lookup-outcome.ts';
import type { RedisConnection } from '../redis-connection.ts';
import { redisErrorType } from '../redis-error-type.ts';
import type { RedisOperation } from '../redis-operation.ts';
import type { RedisRecorder } from '../redis-recorder.ts';
import { replaceMethod } from '../replaced-method.ts';
import type { ClusterCalls } from './cluster-patch.ts';
import {
  type CommandParser,
  commandName,
  type NodeRedisClient,
  type QueuedCommand,
  type Words,
} from './node-redis-client.ts';
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
type Emit = (this: NodeRedisClient, event: unknown, ...rest: unknown[]) => boolean;

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

class ClientCommands {
  /** The library is sending a command that has its operation: what it calls in the meantime is the same command. */
  isInside = false;
  readonly #recorder: RedisRecorder;
  readonly #driver: NodeRedisDriver;
  readonly #cluster: ClusterCalls;
  /** Words of commands that a client-side cache sends later, if at all. */
  readonly #claimed = new WeakSet<object>();

  constructor(recorder: RedisRecorder, driver: NodeRedisDriver, cluster: ClusterCalls) {
    this.#recorder = recorder;
    this.#driver = driver;
    this.#cluster = cluster;
  }

  isClaimed(words: Words): boolean {
    return this.#claimed.has(words);
  }

  /** @returns undefined where somebody else ends the operation, or there is none. */
  begin(client: NodeRedisClient, words: Words): RedisOperation | undefined {
    try {
      const connection = this.#driver.connection(client);
      const name = commandName(words);
      if (client._self.clientSideCache !== undefined) this.#claimed.add(words);
      const call = this.#cluster.current;
      if (call === undefined) return this.#recorder.begin(connection, connection.server, name, words, 1);
      if (call.operation === undefined) {
        call.operation = this.#recorder.begin(undefined, connection.server, name, words, 1);
      } else {
        call.operation.moveTo(connection.server);
      }
    } catch (error) {
      this.#recorder.failed(error);
    }
    return undefined;
  }

  beginBatch(
    client: NodeRedisClient,
    name: 'PIPELINE' | 'MULTI',
    queue: readonly QueuedCommand[],
  ): RedisOperation | undefined {
    try {
      const connection = this.#driver.connection(client);
      const call = this.#cluster.current;
      const known = call?.operation;
      if (known !== undefined) {
        known.moveTo(connection.server);
        return undefined;
      }
      const { server } = connection;
      server.command(name).batchSize?.record(queue.length);
      const batch = this.#recorder.beginBatch(connection, server, name);
      if (queue.length !== 1) batch.setAttribute(DB_OPERATION_BATCH_SIZE, queue.length);
      if (call !== undefined) {
        call.operation = batch;
        return undefined;
      }
      return batch;
    } catch (error) {
      this.#recorder.failed(error);
      return undefined;
    }
  }

  /** For a promise that the library awaits: the application's is another one, so a reaction here handles nobody's rejection. */
  follow(
    client: NodeRedisClient,
    promise: Promise<unknown>,
    operation: RedisOperation | undefined,
    words: Words,
  ): void {
    if (operation === undefined) return;
    promise.then(
      (reply) => this.#succeed(client, operation, words, reply),
      (error: unknown) => operation.fail(error),
    );
  }

  /** For a promise that goes to the application: its rejection is the application's to handle. */
  followed(
    client: NodeRedisClient,
    promise: Promise<unknown>,
    operation: RedisOperation,
    words: Words,
  ): Promise<unknown> {
    return promise.then(
      (reply) => {
        this.#succeed(client, operation, words, reply);
        return reply;
      },
      (error: unknown) => {
        operation.fail(error);
        throw error;
      },
    );
  }

  followBatch(
    client: NodeRedisClient,
    promise: Promise<unknown>,
    operation: RedisOperation | undefined,
    queue: readonly QueuedCommand[],
    selectedDatabase: number | undefined,
  ): void {
    if (operation === undefined) return;
    promise.then(
      (replies) => {
        if (selectedDatabase !== undefined) this.#select(client, selectedDatabase);
        settleBatch(this.#recorder, operation, queue, replies);
      },
      (error: unknown) => {
        // Somebody changed a watched key, so nothing was done: the application asks again.
        if (redisErrorType(error) === 'WatchError') {
          operation.setAttribute(VIGIL_OUTCOME, 'discarded');
          operation.succeed();
        } else {
          operation.fail(error);
        }
      },
    );
  }

  markMonitor(client: NodeRedisClient): void {
    try {
      this.#driver.connection(client).isMonitor = true;
    } catch (error) {
      this.#recorder.failed(error);
    }
  }

  #succeed(client: NodeRedisClient, operation: RedisOperation, words: Words, reply: unknown): void {
    operation.succeed(reply, true);
    if (operation.entry.name === 'SELECT') this.#select(client, Number(words[1]));
  }

  #select(client: NodeRedisClient, database: number): void {
    try {
      const connection: RedisConnection = this.#driver.connection(client);
      if (connection.server.database !== database) this.#driver.select(connection, client, database);
    } catch (error) {
      this.#recorder.failed(error);
    }
  }
}

function settleBatch(
  recorder: RedisRecorder,
  batch: RedisOperation,
  queue: readonly QueuedCommand[],
  given: unknown,
): void {
  try {
    const replies = Array.isArray(given) ? given : [];
    let failure: unknown;
    for (let index = 0; index < queue.length; index += 1) {
      const words = queue[index]?.args;
      const reply: unknown = replies[index];
      if (reply instanceof Error) {
        failure ??= reply;
      } else if (words !== undefined && index < replies.length) {
        const { lookups, traits } = batch.server.command(commandName(words));
        if (lookups !== undefined && traits.lookup !== undefined) countLookups(traits.lookup, reply, lookups);
      }
    }
    if (failure === undefined) batch.succeed();
    else batch.fail(failure);
  } catch (error) {
    recorder.failed(error);
    batch.succeed();
  }
}

/**
 * Clients tell of their connection by events. No listener is added: one for `error` would keep an application alive that has none, and
 * every other one could be counted.
 */
function patchEmit(prototype: object, recorder: RedisRecorder, driver: NodeRedisDriver): void {
  const inherited = Object.getPrototypeOf(prototype) as { readonly emit: Emit };
  const { emit } = inherited;
  const patched: Emit = function (event, ...rest) {
    if (recorder.isEnabled) beforeEvent(recorder, driver, this, event, rest[0]);
    return emit.call(this, event, ...rest);
  };
  Object.defineProperty(patched, 'name', { value: emit.name, configurable: true });
  Object.defineProperty(patched, 'length', { value: emit.length, configurable: true });
  Object.defineProperty(prototype, 'emit', { value: patched, writable: true, configurable: true, enumerable: false });
}

function beforeEvent(
  recorder: RedisRecorder,
  driver: NodeRedisDriver,
  client: NodeRedisClient,
  event: unknown,
  argument: unknown,
): void {
  if (event !== 'error' && event !== 'reconnecting' && event !== 'ready' && event !== 'end' && event !== 'connect')
    return;
  try {
    const self = client._self;
    const connection = driver.connection(client);
    if (event === 'error') {
      connection.server.countError(redisErrorType(argument));
    } else if (event === 'reconnecting') {
      connection.server.countReconnect();
      driver.setReconnecting(self, true);
    } else if (event === 'ready') {
      driver.setReconnecting(self, false);
    } else if (event === 'connect') {
      recorder.connections.remember(connection);
    } else {
      connection.isMonitor = false;
      recorder.connections.forget(self);
    }
  } catch (error) {
    recorder.failed(error);
  }
}
