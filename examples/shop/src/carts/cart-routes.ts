import { and, asc, eq } from 'drizzle-orm';
import { type IRouter, type Request, Router } from 'express';
import { z } from 'zod';
import { findCustomer } from '../customers/customer-store.ts';
import type { Database } from '../database/connect.ts';
import { cartItems } from '../database/schema.ts';
import { type Checked, checked, id } from '../http/input.ts';
import { problem, type Reply, route } from '../http/reply.ts';
import { findProduct } from '../products/product-store.ts';

export const QUANTITY_MAX = 20;
export const LINES_MAX = 20;

const wantedQuantity = z.strictObject({ quantity: z.number().int().min(1).max(QUANTITY_MAX) });

export function cartRoutes(database: Database): IRouter {
  const routes = Router();

  routes.get(
    '/customers/:customerId/cart',
    route(async (request) => {
      const customerId = pathId(request, 'customerId');
      if (!customerId.ok) return customerId.reply;
      return showCart(database, customerId.value);
    }),
  );

  routes.put(
    '/customers/:customerId/cart/items/:productId',
    route(async (request) => {
      const customerId = pathId(request, 'customerId');
      if (!customerId.ok) return customerId.reply;
      const productId = pathId(request, 'productId');
      if (!productId.ok) return productId.reply;
      const body = checked(wantedQuantity, 'body', request.body);
      if (!body.ok) return body.reply;
      return putItem(database, {
        customerId: customerId.value,
        productId: productId.value,
        quantity: body.value.quantity,
      });
    }),
  );

  routes.delete(
    '/customers/:customerId/cart/items/:productId',
    route(async (request) => {
      const customerId = pathId(request, 'customerId');
      if (!customerId.ok) return customerId.reply;
      const productId = pathId(request, 'productId');
      if (!productId.ok) return productId.reply;
      await database
        .delete(cartItems)
        .where(and(eq(cartItems.customerId, customerId.value), eq(cartItems.productId, productId.value)));
      return showCart(database, customerId.value);
    }),
  );

  return routes;
}

async function putItem(database: Database, item: typeof cartItems.$inferInsert): Promise<Reply> {
  if ((await findCustomer(database, item.customerId)) === undefined)
    return problem(404, 'No such customer', { customerId: item.customerId });
  if ((await findProduct(database, item.productId)) === undefined)
    return problem(404, 'No such product', { productId: item.productId });
  const lines = await database
    .select({ productId: cartItems.productId })
    .from(cartItems)
    .where(eq(cartItems.customerId, item.customerId));
  if (lines.length >= LINES_MAX && !lines.some((line) => line.productId === item.productId))
    return problem(409, `A cart holds at most ${LINES_MAX} products`);
  await database
    .insert(cartItems)
    .values(item)
    .onConflictDoUpdate({ target: [cartItems.customerId, cartItems.productId], set: { quantity: item.quantity } });
  return showCart(database, item.customerId);
}

async function showCart(database: Database, customerId: number): Promise<Reply> {
  const lines = await database.query.cartItems.findMany({
    where: eq(cartItems.customerId, customerId),
    orderBy: asc(cartItems.productId),
    with: { product: { columns: { name: true, priceCents: true } } },
  });
  const items = lines.map(({ productId, quantity, product }) => ({
    productId,
    name: product.name,
    quantity,
    priceCents: product.priceCents,
  }));
  const totalCents = items.reduce((sum, item) => sum + item.quantity * item.priceCents, 0);
  return { status: 200, body: { customerId, items, totalCents } };
}

function pathId(request: Request, name: string): Checked<number> {
  return checked(id, `path.${name}`, request.params[name]);
}
