import type { Context } from '@opentelemetry/api';
import {
  DB_CLIENT_CONNECTION_COUNT,
  DB_CLIENT_CONNECTION_MAX,
  DB_CLIENT_CONNECTION_PENDING_REQUESTS,
  DB_CLIENT_CONNECTION_TIMEOUTS,
  DB_CLIENT_CONNECTION_USE_TIME,
  DB_CLIENT_CONNECTION_WAIT_TIME,
  type Metric,
} from '@vigil/conventions';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import { replaceMethod } from '../patched-method.ts';
import type { PgClient } from './pg-client.ts';
import { markMerged } from './pg-queries.ts';
import { type PendingItem, type PgPool, type PoolRecord, poolName, WAITING } from './pool-record.ts';

/** When a connection was handed out; 0: it is in the pool. */
const ACQUIRED = Symbol('vigil.acquired');
const TIMED_OUT = Symbol('vigil.timed-out');
/** Pools that are read at a collection; an application that makes one for each request must not grow this. */
const POOLS_MAXIMUM = 1000;
const CONNECT_TIMEOUT = 'Connection terminated due to connection timeout';

interface PooledClient extends PgClient {
  [ACQUIRED]?: number;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Reading = (pool: PgPool) => readonly (readonly [value: number, ...labels: string[]])[];

/**
 * Metrics of pg-pool's pools, and the context of whoever waits for a connection: without it a query that had to wait would belong to the
 * request that gave the connection back.
 */
export class PgPools {
  isEnabled = false;
  readonly #host: InstrumentationHost;
  readonly #records = new WeakMap<object, PoolRecord>();
  readonly #pools = new Set<WeakRef<PgPool>>();
  readonly #itemPrototypes = new WeakSet<object>();

  constructor(host: InstrumentationHost) {
    this.#host = host;
    this.#observe(DB_CLIENT_CONNECTION_COUNT, (pool) => [
      [pool.idleCount, 'idle'],
      [pool.totalCount - pool.idleCount, 'used'],
    ]);
    this.#observe(DB_CLIENT_CONNECTION_MAX, (pool) => [[Number(pool.options?.max)]]);
    this.#observe(DB_CLIENT_CONNECTION_PENDING_REQUESTS, (pool) => [[pool.waitingCount]]);
  }

  /** @returns what was expected and is not there; undefined when the class is patched. */
  patch(pool: unknown): string | undefined {
    const { prototype } = pool as { prototype?: object };
    const isPatched =
      replaceMethod<Method>(prototype, 'query', (original) => this.#queryMethod(original)) &&
      replaceMethod<Method>(prototype, 'connect', (original) => this.#connectMethod(original)) &&
      replaceMethod<Method>(prototype, 'newClient', (original) => this.#newClientMethod(original)) &&
      replaceMethod<Method>(prototype, '_acquireClient', (original) => this.#acquireMethod(original)) &&
      replaceMethod<Method>(prototype, '_release', (original) => this.#releaseMethod(original));
    return isPatched ? undefined : 'no Pool with query, connect, newClient, _acquireClient and _release';
  }

  #queryMethod(original: Method): Method {
    const pools = this;
    return function query(this: unknown, text: unknown, values: unknown, callback: unknown) {
      if (pools.isEnabled) markMerged(text);
      return original.call(this, text, values, callback);
    };
  }

  #connectMethod(original: Method): Method {
    const pools = this;
    return function connect(this: unknown, callback: unknown) {
      if (!pools.isEnabled) return original.call(this, callback);
      const queue = (this as PgPool)._pendingQueue;
      const length = queue?.length ?? 0;
      const result = original.call(this, callback);
      const item = queue?.[length];
      if (item !== undefined) pools.#waits(this as PgPool, item);
      return result;
    };
  }

  /** Called by `connect` when there is room for one more connection, or later for the first who waits. */
  #newClientMethod(original: Method): Method {
    const pools = this;
    return function newClient(this: unknown, item: unknown) {
      if (!pools.isEnabled || typeof item !== 'object' || item === null) return original.call(this, item);
      const pending = item as PendingItem;
      const { callback } = pending;
      // Until it has a client, the pool cannot say where it goes.
      let record: PoolRecord | undefined;
      if (typeof callback === 'function') {
        pending.callback = function connected(this: unknown, ...args: unknown[]) {
          if ((args[0] as Error | undefined)?.message === CONNECT_TIMEOUT) record?.timeouts?.add(1);
          return Reflect.apply(callback, this, args);
        };
      }
      const startMillis = pools.#host.nowMillis();
      const context = pools.#host.contextManager.active();
      const result = original.call(this, item);
      record = pools.#recordOf(this as PgPool);
      if (record !== undefined) pending[WAITING] ??= { record, startMillis, context };
      return result;
    };
  }

  #acquireMethod(original: Method): Method {
    const pools = this;
    return function _acquireClient(
      this: unknown,
      client: unknown,
      item: unknown,
      idleListener: unknown,
      isNew: unknown,
    ) {
      const waiting = (item as PendingItem | undefined)?.[WAITING];
      if (!pools.isEnabled || waiting === undefined) return original.call(this, client, item, idleListener, isNew);
      const nowMillis = pools.#host.nowMillis();
      setAcquired(client as PooledClient, nowMillis);
      waiting.record.waitTime?.record((nowMillis - waiting.startMillis) / 1000);
      const { contextManager } = pools.#host;
      if (contextManager.active() === waiting.context) return original.call(this, client, item, idleListener, isNew);
      return contextManager.with(waiting.context as Context, original, this, client, item, idleListener, isNew);
    };
  }

  #releaseMethod(original: Method): Method {
    const pools = this;
    return function _release(this: unknown, client: unknown, idleListener: unknown, error: unknown) {
      const acquired = (client as PooledClient)[ACQUIRED] ?? 0;
      if (acquired > 0) {
        (client as PooledClient)[ACQUIRED] = 0;
        const record = pools.isEnabled ? pools.#recordOf(this as PgPool) : undefined;
        record?.useTime?.record((pools.#host.nowMillis() - acquired) / 1000);
      }
      return original.call(this, client, idleListener, error);
    };
  }

  #waits(pool: PgPool, item: PendingItem): void {
    const record = this.#recordOf(pool);
    if (record === undefined) return;
    item[WAITING] = { record, startMillis: this.#host.nowMillis(), context: this.#host.contextManager.active() };
    this.#watchTimeouts(Object.getPrototypeOf(item));
  }

  /** pg-pool sets `timedOut` on whoever waited too long; on the prototype, which all of them share, that can be seen. */
  #watchTimeouts(prototype: object | null): void {
    if (prototype === null || prototype === Object.prototype || this.#itemPrototypes.has(prototype)) return;
    this.#itemPrototypes.add(prototype);
    Object.defineProperty(prototype, 'timedOut', {
      configurable: true,
      get(this: { [TIMED_OUT]?: unknown }): unknown {
        return this[TIMED_OUT];
      },
      set(this: PendingItem & { [TIMED_OUT]?: unknown }, value: unknown): void {
        if (value === true) this[WAITING]?.record.timeouts?.add(1);
        this[TIMED_OUT] = value;
      },
    });
  }

  /** Undefined until the pool has its first connection, however far that has come. */
  #recordOf(pool: PgPool): PoolRecord | undefined {
    const known = this.#records.get(pool);
    if (known !== undefined) return known;
    const client = pool._clients?.[0];
    if (client === undefined) return undefined;
    const { metrics } = this.#host;
    const name = poolName(client);
    const record: PoolRecord = {
      name,
      waitTime: metrics?.histogram(DB_CLIENT_CONNECTION_WAIT_TIME).series(name),
      useTime: metrics?.histogram(DB_CLIENT_CONNECTION_USE_TIME).series(name),
      timeouts: metrics?.counter(DB_CLIENT_CONNECTION_TIMEOUTS).series(name),
    };
    this.#records.set(pool, record);
    if (this.#pools.size < POOLS_MAXIMUM) this.#pools.add(new WeakRef(pool));
    return record;
  }

  /** Reads all pools when metrics are collected; those of one name together. */
  #observe(metric: Metric, read: Reading): void {
    this.#host.metrics?.observe(metric, (give) => {
      if (!this.isEnabled) return;
      const totals = new Map<string, { value: number; readonly labels: readonly string[] }>();
      for (const pool of this.#open()) {
        const name = this.#records.get(pool)?.name ?? '';
        for (const [value, ...rest] of read(pool)) {
          const labels = [name, ...rest];
          const key = labels.join(' ');
          const total = totals.get(key);
          if (total === undefined) totals.set(key, { value, labels });
          else total.value += value;
        }
      }
      for (const { value, labels } of totals.values()) give(value, ...labels);
    });
  }

  #open(): readonly PgPool[] {
    const pools: PgPool[] = [];
    for (const reference of this.#pools) {
      const pool = reference.deref();
      if (pool === undefined || pool.ended === true) this.#pools.delete(reference);
      else pools.push(pool);
    }
    return pools;
  }
}

/** Not enumerable: a connection is the application's object. */
function setAcquired(client: PooledClient, millis: number): void {
  if (ACQUIRED in client) client[ACQUIRED] = millis;
  else
    Object.defineProperty(client, ACQUIRED, { value: millis, writable: true, configurable: true, enumerable: false });
}
