import type { Order } from './place-order.ts';

export const ORDER_EVENTS = ['order:created', 'order:paid', 'order:failed', 'order:shipped'] as const;
export type OrderEvent = (typeof ORDER_EVENTS)[number];

export interface OrderUpdate {
  readonly orderId: string;
  readonly status: Order['status'];
  readonly totalCents: number;
  readonly at: string;
}

/** Tells whoever follows the order. Never throws and never waits for them. */
export type Announce = (event: OrderEvent, order: Order) => void;

export function orderUpdate(order: Order): OrderUpdate {
  return { orderId: order.id, status: order.status, totalCents: order.totalCents, at: order.updatedAt.toISOString() };
}
