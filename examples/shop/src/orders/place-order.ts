import { createHash } from 'node:crypto';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Database, Transaction } from '../database/connect.ts';
import { cartItems, customers, orderItems, orders, products } from '../database/schema.ts';

export interface OrderLine {
  readonly productId: number;
  readonly quantity: number;
}

export interface OrderRequest {
  readonly customerId: number;
  /** Without lines the customer's cart is ordered and emptied. */
  readonly lines?: readonly OrderLine[] | undefined;
  readonly idempotencyKey: string;
}

export type Order = typeof orders.$inferSelect;

export type PlaceOutcome =
  | { readonly status: 'placed'; readonly order: Order; readonly productIds: readonly number[] }
  | { readonly status: 'replayed'; readonly order: Order }
  | { readonly status: 'key-reused' }
  | { readonly status: 'unknown-customer' }
  | { readonly status: 'unknown-product'; readonly productId: number }
  | { readonly status: 'empty-cart' }
  | {
      readonly status: 'out-of-stock';
      readonly productId: number;
      readonly wanted: number;
      readonly available: number;
    };

/** Takes the stock and writes order and items in one transaction: all of it happens or none. The same key twice gives the first order. */
export async function placeOrder(database: Database, request: OrderRequest): Promise<PlaceOutcome> {
  const requestHash = hashOf(request);
  const earlier = await findByKey(database, request);
  if (earlier !== undefined) return replay(earlier, requestHash);
  return database.transaction(async (tx) => {
    const [customer] = await tx
      .select({ id: customers.id })
      .from(customers)
      .where(eq(customers.id, request.customerId));
    if (customer === undefined) return { status: 'unknown-customer' };
    const lines = request.lines ?? (await takeCart(tx, request.customerId));
    if (lines.length === 0) return { status: 'empty-cart' };
    return writeOrder(tx, { request, lines, requestHash });
  });
}

async function writeOrder(
  tx: Transaction,
  { request, lines, requestHash }: { request: OrderRequest; lines: readonly OrderLine[]; requestHash: string },
): Promise<PlaceOutcome> {
  const priceOf = await lockProducts(tx, lines);
  if (priceOf.status !== 'locked') return priceOf;
  const items = lines.map((line) => ({ ...line, unitPriceCents: priceOf.cents.get(line.productId) ?? 0 }));
  const totalCents = items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0);
  const { customerId, idempotencyKey } = request;
  // Waits for another transaction with this key; when that one commits, nothing is inserted and its order is the answer.
  const [order] = await tx
    .insert(orders)
    .values({ customerId, idempotencyKey, requestHash, totalCents })
    .onConflictDoNothing()
    .returning();
  if (order === undefined) {
    const earlier = await findByKey(tx, request);
    return earlier === undefined ? { status: 'key-reused' } : replay(earlier, requestHash);
  }
  for (const { productId, quantity } of lines)
    await tx
      .update(products)
      .set({ stock: sql`${products.stock} - ${quantity}` })
      .where(eq(products.id, productId));
  await tx.insert(orderItems).values(items.map((item) => ({ orderId: order.id, ...item })));
  if (request.lines === undefined) await tx.delete(cartItems).where(eq(cartItems.customerId, customerId));
  return { status: 'placed', order, productIds: lines.map((line) => line.productId) };
}

type Locked =
  | { readonly status: 'locked'; readonly cents: ReadonlyMap<number, number> }
  | Extract<PlaceOutcome, { status: 'unknown-product' | 'out-of-stock' }>;

// Locks in the order of ids, so two orders for the same products cannot wait for each other.
async function lockProducts(tx: Transaction, lines: readonly OrderLine[]): Promise<Locked> {
  const wantedIds = lines.map((line) => line.productId);
  const rows = await tx
    .select({ id: products.id, priceCents: products.priceCents, stock: products.stock })
    .from(products)
    .where(inArray(products.id, wantedIds))
    .orderBy(asc(products.id))
    .for('update');
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const { productId, quantity } of lines) {
    const row = byId.get(productId);
    if (row === undefined) return { status: 'unknown-product', productId };
    if (row.stock < quantity) return { status: 'out-of-stock', productId, wanted: quantity, available: row.stock };
  }
  return { status: 'locked', cents: new Map(rows.map((row) => [row.id, row.priceCents])) };
}

function takeCart(tx: Transaction, customerId: number): Promise<OrderLine[]> {
  return tx
    .select({ productId: cartItems.productId, quantity: cartItems.quantity })
    .from(cartItems)
    .where(eq(cartItems.customerId, customerId))
    .orderBy(asc(cartItems.productId))
    .for('update');
}

async function findByKey(
  database: Database | Transaction,
  { customerId, idempotencyKey }: OrderRequest,
): Promise<Order | undefined> {
  const [order] = await database
    .select()
    .from(orders)
    .where(and(eq(orders.customerId, customerId), eq(orders.idempotencyKey, idempotencyKey)));
  return order;
}

function replay(order: Order, requestHash: string): PlaceOutcome {
  return order.requestHash === requestHash ? { status: 'replayed', order } : { status: 'key-reused' };
}

/** The order of lines does not matter: the same wish has the same hash. */
function hashOf({ lines }: OrderRequest): string {
  const sorted =
    lines && [...lines].sort((a, b) => a.productId - b.productId).map((line) => [line.productId, line.quantity]);
  return createHash('sha256')
    .update(JSON.stringify(sorted ?? 'cart'))
    .digest('hex');
}
