import type { ConnectionState, RedisConnection, RedisDriver } from '../redis-connection.ts';
import type { RedisRecorder } from '../redis-recorder.ts';
import type { ServerEntry } from '../server-entry.ts';
import type { NodeRedisClient, Words } from './node-redis-client.ts';

type SendCommand = (this: NodeRedisClient, words: Words, options?: object) => Promise<unknown>;

const DEFAULT_PORT = 6379;

export class NodeRedisDriver implements RedisDriver<NodeRedisClient> {
  readonly library = '@redis/client';
  recordsDuration = false;
  readonly #recorder: RedisRecorder;
  #sendCommand: SendCommand | undefined;
  /** Clients that said they connect again and have not said since that they are ready. */
  readonly #reconnecting = new WeakSet<object>();

  constructor(recorder: RedisRecorder) {
    this.#recorder = recorder;
  }

  /** @param sendCommand the library's own, not the patched one. */
  use(sendCommand: SendCommand): void {
    this.#sendCommand = sendCommand;
  }

  connection(client: NodeRedisClient): RedisConnection {
    return this.#recorder.connections.of(client._self, this);
  }

  server({ options }: NodeRedisClient): ServerEntry {
    return this.serverOf(options?.socket, options?.database ?? 0);
  }

  /** The same server with another database: `SELECT` was answered. */
  select(connection: RedisConnection, client: NodeRedisClient, database: number): void {
    connection.server = this.serverOf(client._self.options?.socket, database);
  }

  serverOf(socket: NonNullable<NodeRedisClient['options']>['socket'], database: number): ServerEntry {
    if (socket?.path) return this.#recorder.server(socket.path, undefined, database);
    return this.#recorder.server(socket?.host ?? 'localhost', socket?.port ?? DEFAULT_PORT, database);
  }

  setReconnecting(client: object, isReconnecting: boolean): void {
    if (isReconnecting) this.#reconnecting.add(client);
    else this.#reconnecting.delete(client);
  }

  state(client: NodeRedisClient): ConnectionState {
    if (!client.isOpen) return 'closed';
    if (client.isReady) return 'ready';
    return this.#reconnecting.has(client) ? 'reconnecting' : 'connecting';
  }

  isFree(client: NodeRedisClient): boolean {
    return client.isReady && !client.isPubSubActive;
  }

  send(client: NodeRedisClient, words: readonly string[]): Promise<unknown> {
    if (this.#sendCommand === undefined) return Promise.reject(new Error('the library is not loaded'));
    // The application may want its replies as buffers; this one is read here.
    return this.#sendCommand.call(client, words, { typeMapping: undefined });
  }
}
