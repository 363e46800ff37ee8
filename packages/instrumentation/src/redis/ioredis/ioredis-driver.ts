import type { ConnectionState, RedisDriver } from '../redis-connection.ts';
import type { RedisRecorder } from '../redis-recorder.ts';
import type { ServerEntry } from '../server-entry.ts';
import type { IoredisClient, IoredisCommand, IoredisCommandClass } from './ioredis-client.ts';

type SendCommand = (this: IoredisClient, command: IoredisCommand) => unknown;

const DEFAULT_PORT = 6379;

const STATES: Readonly<Record<string, ConnectionState>> = {
  connecting: 'connecting',
  connect: 'connecting',
  ready: 'ready',
  monitoring: 'ready',
  reconnecting: 'reconnecting',
  close: 'reconnecting',
  disconnecting: 'closed',
  end: 'closed',
  wait: 'closed',
};

/** Connections that a cluster opens for itself are named so: to read its slots, to subscribe. */
const INTERNAL_NAME = 'ioredis-cluster(';

export const isInternalConnection = ({ options }: IoredisClient): boolean =>
  typeof options.connectionName === 'string' && options.connectionName.startsWith(INTERNAL_NAME);

export function databaseOf({ condition, options }: IoredisClient): number {
  return condition?.select ?? options.db ?? 0;
}

/** Disconnected while it waited to connect again: the client keeps that state, and the commands that wait in it. */
export const isGivenUp = ({ status, reconnectTimeout }: IoredisClient): boolean =>
  status === 'reconnecting' && reconnectTimeout === null;

export class IoredisDriver implements RedisDriver<IoredisClient> {
  readonly library = 'ioredis';
  recordsDuration = false;
  readonly #recorder: RedisRecorder;
  #sendCommand: SendCommand | undefined;
  #commandClass: IoredisCommandClass | undefined;

  constructor(recorder: RedisRecorder) {
    this.#recorder = recorder;
  }

  /** @param sendCommand the library's own, not the patched one. */
  use(sendCommand: SendCommand, commandClass: IoredisCommandClass): void {
    this.#sendCommand = sendCommand;
    this.#commandClass = commandClass;
  }

  server(client: IoredisClient): ServerEntry {
    const { options, stream } = client;
    const database = databaseOf(client);
    if (options.path) return this.#recorder.server(options.path, undefined, database);
    // Sentinels name the server only when it is connected to; `host` is the default then.
    if (options.sentinels && stream?.remoteAddress) {
      return this.#recorder.server(stream.remoteAddress, stream.remotePort, database);
    }
    return this.#recorder.server(options.host || 'localhost', options.port || DEFAULT_PORT, database);
  }

  state(client: IoredisClient): ConnectionState {
    return isGivenUp(client) ? 'closed' : (STATES[client.status] ?? 'connecting');
  }

  isFree({ status, condition, options }: IoredisClient): boolean {
    return status === 'ready' && !condition?.subscriber && options.monitor !== true;
  }

  send(client: IoredisClient, [name = '', ...words]: readonly string[]): Promise<unknown> {
    if (this.#commandClass === undefined) return Promise.reject(new Error('the library is not loaded'));
    const command = new this.#commandClass(name, words, { replyEncoding: 'utf8' });
    this.#sendCommand?.call(client, command);
    return command.promise;
  }
}
