import { type Metric, SERVER_ADDRESS, SERVER_PORT, VIGIL_REDIS_KEY_GROUP, VIGIL_REDIS_KEYS } from '@vigil/conventions';
import type { MetricRegistry } from '@vigil/metrics';
import { KeyCount } from './key-count.ts';
import type { ResolvedRedisOptions } from './options.ts';
import type { RedisConnection } from './redis-connection.ts';
import { replyErrorPrefix } from './redis-error-type.ts';
import { labelsOf } from './redis-meters.ts';
import { INFO_METRICS, readServerInfo } from './server-info.ts';

/** Servers that are asked in one process; a cluster of a usual size has fewer nodes. */
const SERVERS_MAXIMUM = 64;
/** An answer is shown until the third round after it: then nobody knows any more. */
const ROUNDS_SHOWN = 3;

/** A server that will never answer our question: not asked again. */
const REFUSALS = new Set(['NOPERM', 'ERR']);

interface Server {
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly keyCounts: readonly KeyCount[];
  values: ReadonlyMap<Metric, number>;
  answeredAtMillis: number;
  /** Asked, and not answered or given up. */
  isAsked: boolean;
  refusesInfo: boolean;
  refusesScan: boolean;
}

export interface ServerPollerParts {
  readonly connections: Iterable<RedisConnection>;
  readonly options: ResolvedRedisOptions;
  readonly nowMillis: () => number;
  readonly warn: (line: string) => void;
}

/**
 * Asks each server for `INFO` on a connection the application has open, one question at a time, and counts keys where that is wanted.
 * Its timer keeps no process alive, and a connection that may be in the way of the application is left out.
 */
export class ServerPoller {
  readonly #parts: ServerPollerParts;
  readonly #servers = new Map<string, Server>();
  readonly #intervalMillis: number;
  #timer: NodeJS.Timeout | undefined;
  #stopObserving: (() => void)[] = [];

  constructor(parts: ServerPollerParts) {
    this.#parts = parts;
    this.#intervalMillis = parts.options.serverInfoIntervalMillis;
  }

  start(metrics: MetricRegistry): void {
    if (this.#timer !== undefined || this.#intervalMillis === 0) return;
    this.#timer = setInterval(() => this.round(), this.#intervalMillis);
    this.#timer.unref();
    for (const metric of INFO_METRICS.values()) {
      this.#stopObserving.push(
        metrics.observe(metric, (give) => {
          for (const server of this.#shown()) {
            const value = server.values.get(metric);
            if (value !== undefined) give(value, ...labelsOf(metric, labels(server)));
          }
        }),
      );
    }
    if (this.#parts.options.keyGroups.length === 0) return;
    this.#stopObserving.push(
      metrics.observe(VIGIL_REDIS_KEYS, (give) => {
        for (const server of this.#shown()) {
          for (const { group, keys } of server.keyCounts) {
            if (keys === undefined) continue;
            give(keys, ...labelsOf(VIGIL_REDIS_KEYS, { ...labels(server), [VIGIL_REDIS_KEY_GROUP]: group.name }));
          }
        }
      }),
    );
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const stop of this.#stopObserving.splice(0)) stop();
    this.#servers.clear();
  }

  /** Asks every server that has a free connection and no question of ours on its way. Never throws. */
  round(): void {
    try {
      const asked = new Set<Server>();
      for (const connection of this.#parts.connections) {
        const server = this.#server(connection);
        if (server === undefined || server.isAsked || asked.has(server) || !connection.isFree()) continue;
        asked.add(server);
        void this.#ask(server, connection);
      }
    } catch (error) {
      this.#parts.warn(`redis: servers could not be asked (${error instanceof Error ? error.name : typeof error})`);
    }
  }

  async #ask(server: Server, connection: RedisConnection): Promise<void> {
    server.isAsked = true;
    try {
      if (!server.refusesInfo) {
        const values = readServerInfo(await this.#answer(connection, ['INFO']));
        if (values.size > 0) {
          server.values = values;
          server.answeredAtMillis = this.#parts.nowMillis();
        }
      }
    } catch (error) {
      server.refusesInfo = this.#refuses(error, 'INFO', server);
    }
    try {
      for (const keyCount of server.refusesScan ? [] : server.keyCounts) {
        // Between two looks the application may have begun a transaction.
        await keyCount.round((words) =>
          connection.isFree() ? this.#answer(connection, words) : Promise.reject(new Error('the connection is in use')),
        );
        server.answeredAtMillis = this.#parts.nowMillis();
      }
    } catch (error) {
      server.refusesScan = this.#refuses(error, 'SCAN', server);
    }
    server.isAsked = false;
  }

  /** Waits for a bounded time; after it the connection is left alone until the answer has come. */
  #answer(connection: RedisConnection, words: readonly string[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const client = connection.client.deref();
      if (client === undefined) {
        reject(new Error('the client is gone'));
        return;
      }
      const timer = setTimeout(() => {
        connection.isSlow = true;
        reject(new Error('no answer in time'));
      }, this.#parts.options.serverInfoTimeoutMillis);
      timer.unref();
      const settle = (then: (value: unknown) => void) => (value: unknown) => {
        clearTimeout(timer);
        connection.isSlow = false;
        then(value);
      };
      connection.driver.send(client, words).then(settle(resolve), settle(reject));
    });
  }

  #refuses(error: unknown, question: string, { address, port }: Server): boolean {
    const prefix = replyErrorPrefix(error);
    if (prefix === undefined || !REFUSALS.has(prefix)) return false;
    const server = port === undefined ? address : `${address}:${port}`;
    this.#parts.warn(`redis: ${server} refuses ${question} (${prefix}): it is not asked again`);
    return true;
  }

  #server({ server: { address, port } }: RedisConnection): Server | undefined {
    const key = `${address} ${port}`;
    const known = this.#servers.get(key);
    if (known !== undefined || this.#servers.size >= SERVERS_MAXIMUM) return known;
    const server: Server = {
      address,
      port,
      keyCounts: this.#parts.options.keyGroups.map((group) => new KeyCount(group)),
      values: new Map(),
      answeredAtMillis: Number.NEGATIVE_INFINITY,
      isAsked: false,
      refusesInfo: false,
      refusesScan: false,
    };
    this.#servers.set(key, server);
    return server;
  }

  #shown(): Server[] {
    const since = this.#parts.nowMillis() - ROUNDS_SHOWN * this.#intervalMillis;
    return [...this.#servers.values()].filter(({ answeredAtMillis }) => answeredAtMillis >= since);
  }
}

const labels = ({ address, port }: Server) => ({ [SERVER_ADDRESS]: address, [SERVER_PORT]: port });
