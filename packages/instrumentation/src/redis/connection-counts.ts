import {
  SERVER_ADDRESS,
  SERVER_PORT,
  VIGIL_REDIS_CONNECTION_COUNT,
  VIGIL_REDIS_CONNECTION_STATE,
} from '@vigil/conventions';
import type { MetricRegistry } from '@vigil/metrics';
import type { ConnectionState, RedisConnection } from './redis-connection.ts';
import { labelsOf } from './redis-meters.ts';
import type { ServerEntry } from './server-entry.ts';

/** Reads the states of all connections when metrics are collected. @returns takes the reading away. */
export function observeConnectionCounts(metrics: MetricRegistry, connections: Iterable<RedisConnection>): () => void {
  return metrics.observe(VIGIL_REDIS_CONNECTION_COUNT, (give) => {
    const counts = new Map<string, { readonly server: ServerEntry; readonly state: ConnectionState; count: number }>();
    for (const connection of connections) {
      const state = connection.state();
      if (state === undefined) continue;
      const { server } = connection;
      const key = `${server.address} ${server.port} ${state}`;
      const counted = counts.get(key);
      if (counted === undefined) counts.set(key, { server, state, count: 1 });
      else counted.count += 1;
    }
    for (const { server, state, count } of counts.values()) {
      const values = {
        [SERVER_ADDRESS]: server.address,
        [SERVER_PORT]: server.port,
        [VIGIL_REDIS_CONNECTION_STATE]: state,
      };
      give(count, ...labelsOf(VIGIL_REDIS_CONNECTION_COUNT, values));
    }
  });
}
