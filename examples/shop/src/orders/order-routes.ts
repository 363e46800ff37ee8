import { type IRouter, Router } from 'express';
import { z } from 'zod';
import { LINES_MAX, QUANTITY_MAX } from '../carts/cart-routes.ts';
import { bodyId, checked, id } from '../http/input.ts';
import { problem, type Reply, route } from '../http/reply.ts';
import { forgetProducts } from '../products/product-cache.ts';
import { findOrdersOf, findOrderWithItems, orderView } from './order-store.ts';
import { type Order, type PlaceOutcome, placeOrder } from './place-order.ts';
import { type OrderParts, type Settled, settleOrder } from './settle-order.ts';

const newOrder = z.strictObject({
  customerId: bodyId,
  items: z
    .array(z.strictObject({ productId: bodyId, quantity: z.number().int().min(1).max(QUANTITY_MAX) }))
    .min(1)
    .max(LINES_MAX)
    .refine((items) => new Set(items.map((item) => item.productId)).size === items.length, 'expected each product once')
    .optional(),
});

const idempotencyKey = z
  .string({ error: 'expected the header Idempotency-Key' })
  .regex(/^[\w-]{1,64}$/, 'expected 1 to 64 letters, digits, _ or -');
const orderIdSchema = z.uuid();
const listQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20) });

export function orderRoutes(parts: OrderParts): IRouter {
  const routes = Router();

  routes.post(
    '/orders',
    route(async (request) => {
      const key = checked(idempotencyKey, 'headers.idempotency-key', request.get('idempotency-key') ?? '');
      if (!key.ok) return key.reply;
      const body = checked(newOrder, 'body', request.body);
      if (!body.ok) return body.reply;
      const { customerId, items } = body.value;
      return answerPlaced(
        parts,
        await placeOrder(parts.database, { customerId, lines: items, idempotencyKey: key.value }),
      );
    }),
  );

  routes.get(
    '/orders/:id',
    route(async (request) => {
      const orderId = checked(orderIdSchema, 'path.id', request.params.id);
      if (!orderId.ok) return orderId.reply;
      const order = await findOrderWithItems(parts.database, orderId.value);
      return order === undefined
        ? problem(404, 'No such order', { orderId: orderId.value })
        : { status: 200, body: order };
    }),
  );

  routes.get(
    '/customers/:customerId/orders',
    route(async (request) => {
      const customerId = checked(id, 'path.customerId', request.params.customerId);
      if (!customerId.ok) return customerId.reply;
      const query = checked(listQuery, 'query', request.query);
      if (!query.ok) return query.reply;
      return { status: 200, body: { orders: await findOrdersOf(parts.database, customerId.value, query.value.limit) } };
    }),
  );

  return routes;
}

async function answerPlaced(parts: OrderParts, placed: PlaceOutcome): Promise<Reply> {
  switch (placed.status) {
    case 'placed':
      await forgetProducts(parts.cache, placed.productIds);
      parts.announce('order:created', placed.order);
      return answerSettled(await settleOrder(parts, placed.order));
    case 'replayed':
      return {
        ...orderReply(200, placed.order),
        headers: { 'Idempotent-Replayed': 'true', location: `/orders/${placed.order.id}` },
      };
    case 'key-reused':
      return problem(409, 'This Idempotency-Key was used for another order');
    case 'unknown-customer':
      return problem(404, 'No such customer');
    case 'unknown-product':
      return problem(404, 'No such product', { productId: placed.productId });
    case 'empty-cart':
      return problem(409, 'The cart is empty');
    case 'out-of-stock': {
      const { productId, wanted, available } = placed;
      return problem(409, 'Not enough in stock', { productId, wanted, available });
    }
  }
}

function answerSettled({ order, outcome }: Settled): Reply {
  switch (outcome.status) {
    case 'captured':
      return orderReply(201, order);
    case 'declined':
      return problem(402, 'The payment was declined', { orderId: order.id, reason: outcome.reason });
    case 'unavailable':
      return problem(502, 'The payment could not be made', { orderId: order.id, reason: outcome.reason });
  }
}

function orderReply(status: number, order: Order): Reply {
  return { status, body: orderView(order), headers: { location: `/orders/${order.id}` } };
}
