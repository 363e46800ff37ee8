/** What is used of `dist/lib/client/index.js`. A client with options of its own is an object whose prototype is the client. */
export interface NodeRedisClient {
  readonly _self: NodeRedisClient;
  readonly options?:
    | {
        readonly socket?: { readonly host?: string; readonly port?: number; readonly path?: string } | undefined;
        readonly database?: number;
      }
    | undefined;
  readonly isOpen: boolean;
  readonly isReady: boolean;
  readonly isPubSubActive: boolean;
  readonly clientSideCache?: unknown;
}

/** Words of a command, its name first. */
export type Words = readonly unknown[];

export interface CommandParser {
  readonly redisArgs: Words;
}

/** A command of a pipeline or transaction. */
export interface QueuedCommand {
  readonly args: Words;
}

/** The name of a command; its words are strings or buffers. */
export function commandName(words: Words): string {
  const [name] = words;
  return typeof name === 'string' ? name : String(name ?? '');
}
