import type pg from 'pg';
import type { Logger } from '../log/logger.ts';

/** Takes connections out of the pool as they become free and keeps them. @returns what gives them back. */
export function exhaustPool(pool: pg.Pool, connections: number, log: Logger): () => void {
  let ended = false;
  const held: pg.PoolClient[] = [];
  for (let taken = 0; taken < connections; taken += 1) void hold();
  return () => {
    ended = true;
    for (const client of held.splice(0)) client.release();
  };

  async function hold(): Promise<void> {
    try {
      const client = await pool.connect();
      // A connection that arrives after the end goes straight back.
      if (ended) client.release();
      else held.push(client);
    } catch (error) {
      log.debug(
        { reason: error instanceof Error ? error.message : String(error) },
        'fault pool-exhaustion got no connection',
      );
    }
  }
}
