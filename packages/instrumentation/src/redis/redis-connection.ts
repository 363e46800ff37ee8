import type { ServerEntry } from './server-entry.ts';

export type ConnectionState = 'connecting' | 'ready' | 'reconnecting' | 'closed';

/** What there is to know of a client library, in words that both libraries share. */
export interface RedisDriver<Client extends object = object> {
  readonly library: string;
  /** The library records `db.client.operation.duration` itself: then nobody else does. */
  recordsDuration: boolean;
  server(client: Client): ServerEntry;
  state(client: Client): ConnectionState;
  /** Ready for a command of ours: no subscriber, no monitor, nothing that would answer for somebody else. */
  isFree(client: Client): boolean;
  /** Sends a command past all that is measured. */
  send(client: Client, words: readonly string[]): Promise<unknown>;
}

/** A connection as it is known here. Holds its client weakly: nothing here keeps a client that the application let go. */
export class RedisConnection {
  readonly client: WeakRef<object>;
  readonly driver: RedisDriver;
  /** A library's own connection, such as the one that looks up the nodes of a cluster. */
  readonly isInternal: boolean;
  server: ServerEntry;
  /** Between a MULTI that was sent as a command of its own and its EXEC: answers are QUEUED, and a command of ours would be part of it. */
  isInTransaction = false;
  isMonitor = false;
  /** Commands on their way that answer when something happens. */
  waiting = 0;
  /** A command of ours was not answered in time and is still on its way. */
  isSlow = false;

  constructor(client: object, driver: RedisDriver, server: ServerEntry, isInternal: boolean) {
    this.client = new WeakRef(client);
    this.driver = driver;
    this.server = server;
    this.isInternal = isInternal;
  }

  state(): ConnectionState | undefined {
    const client = this.client.deref();
    return client === undefined ? undefined : this.driver.state(client);
  }

  /** Whether a command of ours may be sent now without being in anybody's way. */
  isFree(): boolean {
    if (this.isInternal || this.isInTransaction || this.isMonitor || this.isSlow || this.waiting > 0) return false;
    const client = this.client.deref();
    return client !== undefined && this.driver.state(client) === 'ready' && this.driver.isFree(client);
  }
}
