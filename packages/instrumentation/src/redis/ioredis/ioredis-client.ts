import type { RedisOperation } from '../redis-operation.ts';

/** Where a command or a pipeline carries its operation: a command that is sent again is the same command. */
export const OPERATION = Symbol('vigil.redis.operation');

/** What is used of `built/Command.js`. */
export interface IoredisCommand {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly promise: Promise<unknown>;
  /** Sent by a cluster for a pipeline: no command of the application. */
  readonly ignore?: boolean;
  readonly inTransaction?: boolean;
  resolve: (value: unknown) => unknown;
  reject: (error: unknown) => unknown;
  [OPERATION]?: RedisOperation;
}

export type IoredisCommandClass = new (
  name: string,
  args: readonly string[],
  options: { readonly replyEncoding: 'utf8' },
) => IoredisCommand;

/** What a pipeline hands to `sendCommand` instead of a socket. */
export interface IoredisStream {
  readonly isPipeline?: boolean;
}

interface Deque<Item> {
  readonly length: number;
  peekAt(index: number): Item | undefined;
}

/** What is used of `built/Redis.js`. */
export interface IoredisClient {
  readonly status: string;
  readonly manuallyClosing?: boolean;
  readonly options: {
    readonly host?: string | null;
    readonly port?: number | null;
    readonly path?: string | null;
    readonly db?: number;
    readonly sentinels?: unknown;
    readonly connectionName?: string | null;
    readonly monitor?: boolean;
  };
  readonly condition?: {
    readonly select?: number;
    readonly subscriber?: unknown;
    readonly handshake?: boolean;
  } | null;
  readonly stream?: { readonly remoteAddress?: string; readonly remotePort?: number };
  /** Null while nobody waits to connect again: also in the state `reconnecting` once the application has disconnected. */
  readonly reconnectTimeout?: unknown;
  /** Commands that wait for a connection. */
  readonly offlineQueue?: Deque<{ readonly command: IoredisCommand }>;
  /** Commands of a lost connection, to be sent again. */
  readonly prevCommandQueue?: Deque<{ readonly command: IoredisCommand }>;
}

/** What is used of `built/Pipeline.js`. */
export interface IoredisPipeline {
  readonly redis: IoredisClient & { readonly isCluster?: boolean };
  readonly isCluster: boolean;
  readonly _queue: readonly IoredisCommand[];
  readonly _transactions: number;
  resolve: (results: unknown) => unknown;
  reject: (error: unknown) => unknown;
  /** `'automatic'`: one that the client made by itself, whose commands have an operation each. */
  [OPERATION]?: RedisOperation | 'automatic';
}
