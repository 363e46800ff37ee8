import { desc, eq } from 'drizzle-orm';
import type { Database } from '../database/connect.ts';
import { orders } from '../database/schema.ts';
import type { Order } from './place-order.ts';

export interface OrderView {
  readonly id: string;
  readonly customerId: number;
  readonly status: Order['status'];
  readonly totalCents: number;
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export function orderView({ id, customerId, status, totalCents, failure, createdAt, updatedAt }: Order): OrderView {
  return { id, customerId, status, totalCents, failure, createdAt, updatedAt };
}

export async function findOrder(database: Database, orderId: string): Promise<Order | undefined> {
  const [order] = await database.select().from(orders).where(eq(orders.id, orderId));
  return order;
}

/** The order with its items and their products, in one query. */
export async function findOrderWithItems(database: Database, orderId: string) {
  const order = await database.query.orders.findFirst({
    where: eq(orders.id, orderId),
    with: {
      items: {
        columns: { quantity: true, unitPriceCents: true },
        with: { product: { columns: { id: true, name: true } } },
      },
    },
  });
  return order && { ...orderView(order), items: order.items };
}

export async function findOrdersOf(database: Database, customerId: number, limit: number): Promise<OrderView[]> {
  const rows = await database
    .select()
    .from(orders)
    .where(eq(orders.customerId, customerId))
    .orderBy(desc(orders.createdAt))
    .limit(limit);
  return rows.map(orderView);
}
