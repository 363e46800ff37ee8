import { and, asc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Database } from '../database/connect.ts';
import { toDatabaseFailure } from '../database/database-failure.ts';
import { orders } from '../database/schema.ts';
import type { Order } from './place-order.ts';
import { type OrderParts, settleOrder } from './settle-order.ts';

export interface Fulfilment {
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>;
}

const EVERY_MILLIS = 1_000;
const SHIP_BATCH = 200;
const STALE_BATCH = 10;

export interface FulfilmentOptions {
  readonly shipAfterMillis: number;
  /** A pending order this old lost its process between stock and payment. */
  readonly settleAfterMillis: number;
}

/** Once a second: ships what is paid and settles what was left pending. Safe to run in several shops at once. */
export function startFulfilment(parts: OrderParts, options: FulfilmentOptions): Fulfilment {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let round = Promise.resolve();
  const schedule = () => {
    timer = setTimeout(() => {
      round = run(parts, options).then(() => {
        if (!stopped) schedule();
      });
    }, EVERY_MILLIS);
  };
  schedule();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}

async function run(parts: OrderParts, { shipAfterMillis, settleAfterMillis }: FulfilmentOptions): Promise<void> {
  try {
    for (const order of await shipDue(parts.database, shipAfterMillis)) parts.announce('order:shipped', order);
    for (const order of await findStale(parts.database, settleAfterMillis)) await settleOrder(parts, order);
  } catch (error) {
    // The next round tries again; the orders are still where they were.
    parts.log.error({ err: toDatabaseFailure(error) }, 'fulfilment round failed');
  }
}

function shipDue(database: Database, shipAfterMillis: number): Promise<Order[]> {
  // Rows another shop is shipping at the moment are skipped, not waited for.
  const due = database
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.status, 'paid'), lt(orders.updatedAt, ago(shipAfterMillis))))
    .orderBy(asc(orders.updatedAt))
    .limit(SHIP_BATCH)
    .for('update', { skipLocked: true });
  return database
    .update(orders)
    .set({ status: 'shipped', updatedAt: sql`now()` })
    .where(inArray(orders.id, due))
    .returning();
}

function findStale(database: Database, settleAfterMillis: number): Promise<Order[]> {
  return database
    .select()
    .from(orders)
    .where(and(eq(orders.status, 'pending'), lt(orders.updatedAt, ago(settleAfterMillis))))
    .orderBy(asc(orders.updatedAt))
    .limit(STALE_BATCH);
}

// The database's clock wrote the times, so it also judges their age.
function ago(millis: number) {
  return sql`now() - make_interval(secs => ${millis / 1_000})`;
}
