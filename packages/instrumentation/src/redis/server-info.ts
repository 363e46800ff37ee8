import {
  type Metric,
  REDIS_CLIENTS_BLOCKED,
  REDIS_CLIENTS_CONNECTED,
  REDIS_COMMANDS,
  REDIS_CONNECTIONS_REJECTED,
  REDIS_KEYS_EVICTED,
  REDIS_KEYS_EXPIRED,
  REDIS_KEYSPACE_HITS,
  REDIS_KEYSPACE_MISSES,
  REDIS_MAXMEMORY,
  REDIS_MEMORY_RSS,
  REDIS_MEMORY_USED,
  REDIS_UPTIME,
} from '@vigil/conventions';

/** Which line of `INFO` is which metric. The hit ratio of the server is hits by hits and misses. */
export const INFO_METRICS: ReadonlyMap<string, Metric> = new Map<string, Metric>([
  ['used_memory', REDIS_MEMORY_USED],
  ['used_memory_rss', REDIS_MEMORY_RSS],
  ['maxmemory', REDIS_MAXMEMORY],
  ['instantaneous_ops_per_sec', REDIS_COMMANDS],
  ['evicted_keys', REDIS_KEYS_EVICTED],
  ['expired_keys', REDIS_KEYS_EXPIRED],
  ['keyspace_hits', REDIS_KEYSPACE_HITS],
  ['keyspace_misses', REDIS_KEYSPACE_MISSES],
  ['connected_clients', REDIS_CLIENTS_CONNECTED],
  ['blocked_clients', REDIS_CLIENTS_BLOCKED],
  ['rejected_connections', REDIS_CONNECTIONS_REJECTED],
  ['uptime_in_seconds', REDIS_UPTIME],
]);

/** Longer than any INFO of a real server; what is beyond is not read. */
const TEXT_LENGTH_MAXIMUM = 65_536;

/** The numbers of an `INFO` that are metrics, by their metric. Never throws. */
export function readServerInfo(reply: unknown): Map<Metric, number> {
  const values = new Map<Metric, number>();
  const text = typeof reply === 'string' ? reply : Buffer.isBuffer(reply) ? reply.toString('latin1') : '';
  for (const line of text.slice(0, TEXT_LENGTH_MAXIMUM).split('\n')) {
    const colon = line.indexOf(':');
    const metric = colon === -1 ? undefined : INFO_METRICS.get(line.slice(0, colon));
    if (metric === undefined) continue;
    const value = Number(line.slice(colon + 1));
    if (Number.isFinite(value)) values.set(metric, value);
  }
  return values;
}
