import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type pg from 'pg';
import * as schema from './schema.ts';
import { seed } from './seed.ts';

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));

// Any fixed number: shops that start together take turns, because drizzle's migrator itself takes no lock.
const ADVISORY_LOCK = 7_467_001;

/** Brings the schema up to date and fills an empty shop. Rejects when the database cannot be reached or a migration fails. */
export async function migrateAndSeed(pool: pg.Pool): Promise<{ seeded: boolean }> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK]);
    const database = drizzle(client, { schema });
    await migrate(database, { migrationsFolder: MIGRATIONS_FOLDER });
    return { seeded: await seed(database) };
  } finally {
    // Destroying the connection frees the lock whatever happened before.
    client.release(true);
  }
}
