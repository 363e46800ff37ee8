import { endpoints } from '../stack/endpoints.ts';
import { ExampleProcess } from './example-process.ts';
import { createDatabase, type OwnDatabase } from './own-database.ts';

export interface RunningShop {
  readonly shop: ExampleProcess;
  readonly payments: ExampleProcess;
  /** The environment a further shop on the same database needs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly end: () => Promise<void>;
}

/** DATABASE_URL and REDIS_URL name the servers; without them those of the tests' stack are used. */
function servers(): { databaseUrl: string; redisUrl: string } {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env;
  return databaseUrl !== undefined && redisUrl !== undefined ? { databaseUrl, redisUrl } : endpoints();
}

/** Shop and payments with faults, on a database and a Redis prefix of their own. Nothing is left when one does not start. */
export async function startShop(): Promise<RunningShop> {
  const { databaseUrl, redisUrl } = servers();
  const database = await createDatabase(databaseUrl);
  try {
    return await startOn(database, redisUrl);
  } catch (error) {
    ExampleProcess.killAll();
    await database.drop();
    throw error;
  }
}

async function startOn(database: OwnDatabase, redisUrl: string): Promise<RunningShop> {
  const payments = await ExampleProcess.application('payments', { PAYMENTS_PORT: '0', PAYMENTS_FAULTS: 'true' });
  const environment = {
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl,
    SHOP_REDIS_PREFIX: `examples-${process.pid}-${Date.now()}:`,
    PAYMENTS_URL: payments.url,
    SHOP_PAYMENTS_TIMEOUT_MS: '1000',
    SHOP_SHIP_AFTER_MS: '500',
    SHOP_RATE_LIMIT: '0',
    SHOP_PORT: '0',
  };
  const shop = await ExampleProcess.application('shop', { ...environment, SHOP_FAULTS: 'true' });
  return {
    shop,
    payments,
    environment,
    async end() {
      await Promise.all([shop.end('SIGTERM'), payments.end('SIGTERM')]);
      ExampleProcess.killAll();
      await database.drop();
    },
  };
}
