import type { HistogramSeries, SumSeries } from '@vigil/metrics';
import type { PgClient } from './pg-client.ts';

/** What is used of pg-pool's `Pool`; names with `_` are checked before they are relied on. */
export interface PgPool {
  readonly options?: { readonly max?: unknown };
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly ended?: boolean;
  readonly _clients?: readonly PgClient[];
  readonly _pendingQueue?: readonly PendingItem[];
}

/** Somebody who waits for a connection. */
export interface PendingItem {
  callback?: unknown;
  [WAITING]?: Waiting | undefined;
}

export const WAITING = Symbol('vigil.waiting');

/** Since when, for which pool, and in which context somebody waits. */
export interface Waiting {
  readonly record: PoolRecord;
  readonly startMillis: number;
  readonly context: unknown;
}

/** What is measured of one pool. */
export interface PoolRecord {
  /** `host:port/database`: neither user nor password. */
  readonly name: string;
  readonly waitTime: HistogramSeries | undefined;
  readonly useTime: HistogramSeries | undefined;
  readonly timeouts: SumSeries | undefined;
}

/** Says where a pool's connections go; pools of one database share the name. Where pg has put together environment, options and URL. */
export function poolName({ host, port, database }: PgClient): string {
  const at = typeof host === 'string' ? host : 'unknown';
  return `${at}${port === undefined ? '' : `:${port}`}${typeof database === 'string' ? `/${database}` : ''}`;
}
