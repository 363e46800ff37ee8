import { DB_OPERATION_BATCH_SIZE, VIGIL_OUTCOME } from '@vigil/conventions';
import { countLookups } from '../lookup-outcome.ts';
import type { RedisConnection } from '../redis-connection.ts';
import { redisErrorType } from '../redis-error-type.ts';
import type { RedisOperation } from '../redis-operation.ts';
import type { RedisRecorder } from '../redis-recorder.ts';
import type { ClusterCalls } from './cluster-patch.ts';
import { commandName, type NodeRedisClient, type QueuedCommand, type Words } from './node-redis-client.ts';
import type { NodeRedisDriver } from './node-redis-driver.ts';

/** Operations of what one copy of `@redis/client` sends: from the call of the library to what its promise says. */
export class ClientCommands {
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
