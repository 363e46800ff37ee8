import { createServer } from 'node:http';
import { ReadThroughCache } from './cache/read-through-cache.ts';
import { connectRedis } from './cache/redis.ts';
import { readShopEnvironment, type ShopConfiguration } from './configuration/shop-environment.ts';
import { connect } from './database/connect.ts';
import { migrateAndSeed } from './database/migrate.ts';
import { FaultBoard, processClock } from './faults/fault-board.ts';
import { shopFaults } from './faults/shop-faults.ts';
import { createApp } from './http/app.ts';
import { closingIdle } from './lifecycle/closing-idle.ts';
import { listen } from './lifecycle/listen.ts';
import { stopOnSignal } from './lifecycle/stop-once.ts';
import { waitForDatabase } from './lifecycle/wait-for-database.ts';
import { createLogger } from './log/logger.ts';
import { startFulfilment } from './orders/fulfilment.ts';
import { paymentsClient } from './payments/payments-client.ts';
import { openOrderRooms } from './realtime/order-rooms.ts';

const environment = readShopEnvironment(process.env);
if (environment.status === 'invalid') giveUp(2, environment.problems.join('; '));
else
  await start(environment.configuration).catch((error: unknown) =>
    giveUp(isAddressProblem(error) ? 2 : 1, `cannot start: ${reasonOf(error)}`),
  );

async function start(configuration: ShopConfiguration): Promise<void> {
  const log = createLogger(configuration.logLevel);
  const { database, pool } = connect({ ...configuration, log });
  await waitForDatabase(pool);
  const { seeded } = await migrateAndSeed(pool);
  const redis = connectRedis({ ...configuration, log });
  // A Redis that is away at the start is tried again in the background.
  await redis.connect().catch(() => undefined);

  let stopping = false;
  const rooms = openOrderRooms({ database, log });
  const faults = new FaultBoard(shopFaults({ pool, poolSize: configuration.poolSize, log }), processClock);
  const charge = paymentsClient({
    paymentsUrl: configuration.paymentsUrl,
    timeoutMillis: configuration.paymentsTimeoutMillis,
  });
  const orderParts = { database, cache: new ReadThroughCache(redis), charge, announce: rooms.announce, log };
  const app = createApp({ ...orderParts, configuration, pool, redis, faults, isStopping: () => stopping });
  const server = createServer(app);
  rooms.attach(server);

  const port = await listen(server, configuration);
  const fulfilment = startFulfilment(orderParts, configuration);
  stopOnSignal({
    log,
    deadlineMillis: configuration.shutdownMillis,
    steps: [
      {
        name: 'readiness',
        stop: async () => {
          stopping = true;
        },
      },
      { name: 'faults', stop: async () => faults.turnOffAll() },
      { name: 'sockets and requests', stop: () => closingIdle(server, () => rooms.close()) },
      { name: 'fulfilment', stop: () => fulfilment.stop() },
      { name: 'database', stop: () => pool.end() },
      { name: 'redis', stop: async () => redis.disconnect() },
    ],
  });
  log.info({ host: configuration.host, port, seeded, faults: configuration.faults }, 'listening');
}

function giveUp(exitCode: number, message: string): never {
  process.stderr.write(`shop: ${message}\n`);
  process.exit(exitCode);
}

function isAddressProblem(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'EADDRINUSE' || error.code === 'EADDRNOTAVAIL' || error.code === 'EACCES')
  );
}

/** Node reports several failed addresses as an AggregateError without a message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
