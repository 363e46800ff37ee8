import { and, eq, sql } from 'drizzle-orm';
import type { ReadThroughCache } from '../cache/read-through-cache.ts';
import type { Database } from '../database/connect.ts';
import { orderItems, orders, products } from '../database/schema.ts';
import type { Logger } from '../log/logger.ts';
import type { ChargeOrder, ChargeOutcome } from '../payments/payments-client.ts';
import { forgetProducts } from '../products/product-cache.ts';
import type { Announce } from './order-events.ts';
import type { Order } from './place-order.ts';

export interface OrderParts {
  readonly database: Database;
  readonly cache: ReadThroughCache;
  readonly charge: ChargeOrder;
  readonly announce: Announce;
  readonly log: Logger;
}

export interface Settled {
  readonly order: Order;
  readonly outcome: ChargeOutcome;
}

/** Charges a pending order and writes down what came of it. A failed order gives its stock back in the same transaction. */
export async function settleOrder(parts: OrderParts, order: Order): Promise<Settled> {
  const outcome = await parts.charge({ reference: order.id, amountCents: order.totalCents });
  const settled =
    outcome.status === 'captured'
      ? await markPaid(parts, order, outcome.chargeId)
      : await markFailed(parts, order, outcome.reason);
  if (outcome.status === 'unavailable')
    parts.log.error({ orderId: order.id, reason: outcome.reason }, 'payment failed');
  return { order: settled, outcome };
}

// Only a pending order moves: when two settle the same one, the second changes nothing.
function stillPending(order: Order) {
  return and(eq(orders.id, order.id), eq(orders.status, 'pending'));
}

async function markPaid({ database, announce }: OrderParts, order: Order, chargeId: string): Promise<Order> {
  const [paid] = await database
    .update(orders)
    .set({ status: 'paid', chargeId, updatedAt: sql`now()` })
    .where(stillPending(order))
    .returning();
  if (paid !== undefined) announce('order:paid', paid);
  return paid ?? order;
}

async function markFailed({ database, cache, announce }: OrderParts, order: Order, failure: string): Promise<Order> {
  const productIds: number[] = [];
  const failed = await database.transaction(async (tx) => {
    const [row] = await tx
      .update(orders)
      .set({ status: 'failed', failure, updatedAt: sql`now()` })
      .where(stillPending(order))
      .returning();
    if (row === undefined) return undefined;
    const items = await tx
      .select()
      .from(orderItems)
      .where(eq(orderItems.orderId, order.id))
      .orderBy(orderItems.productId);
    for (const { productId, quantity } of items) {
      await tx
        .update(products)
        .set({ stock: sql`${products.stock} + ${quantity}` })
        .where(eq(products.id, productId));
      productIds.push(productId);
    }
    return row;
  });
  if (failed === undefined) return order;
  await forgetProducts(cache, productIds);
  announce('order:failed', failed);
  return failed;
}
