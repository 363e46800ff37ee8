import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const ATTEMPTS = 20;
const BETWEEN_MILLIS = 500;

/** Waits up to ten seconds for a database that starts at the same time as the shop. Rejects with the last reason. */
export async function waitForDatabase(pool: pg.Pool): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await pool.query('select 1');
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(BETWEEN_MILLIS);
    }
  }
}
