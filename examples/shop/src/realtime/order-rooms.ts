import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { z } from 'zod';
import { findCustomer } from '../customers/customer-store.ts';
import type { Database } from '../database/connect.ts';
import { toDatabaseFailure } from '../database/database-failure.ts';
import type { Logger } from '../log/logger.ts';
import { type Announce, type OrderEvent, type OrderUpdate, orderUpdate } from '../orders/order-events.ts';
import { findOrder } from '../orders/order-store.ts';

type ServerEvents = {
  readonly [Event in OrderEvent]: (update: OrderUpdate, acknowledge: (received: boolean) => void) => void;
};
export type FollowReply =
  | { readonly ok: true; readonly order: OrderUpdate }
  | { readonly ok: false; readonly problem: string };
interface ClientEvents {
  'order:follow': (request: unknown, reply: (answer: FollowReply) => void) => void;
}
type SocketData = { customerId: number };
type OrderServer = Server<ClientEvents, ServerEvents, Record<string, never>, SocketData>;
type OrderSocket = Socket<ClientEvents, ServerEvents, Record<string, never>, SocketData>;

export interface OrderRooms {
  readonly announce: Announce;
  /** Call it after the server has its request listener: Socket.IO takes its own path away from the listeners it finds. */
  attach(server: HttpServer): void;
  /** Says goodbye to every client and closes the HTTP server below; resolves when both are closed. */
  close(): Promise<void>;
}

const SOCKETS_MAX = 5_000;
const ROOMS_PER_SOCKET_MAX = 100;
const MESSAGE_BYTES_MAX = 16_384;
const ACKNOWLEDGE_MILLIS = 5_000;

const credentials = z.strictObject({ customerId: z.number().int().min(1).max(2_147_483_647) });
const followRequest = z.strictObject({ orderId: z.uuid() });

/** Order updates over Socket.IO: a client says who it is, gets updates of its own orders, and may follow one of them to learn where it stands. */
export function openOrderRooms({ database, log }: { database: Database; log: Logger }): OrderRooms {
  const io: OrderServer = new Server({ serveClient: false, maxHttpBufferSize: MESSAGE_BYTES_MAX });
  io.use(async (socket, next) => next(await admit(socket, io.engine.clientsCount, database)));
  io.on('connection', (socket) => {
    void socket.join(customerRoom(socket.data.customerId));
    socket.on('order:follow', async (request, reply) => {
      if (typeof reply !== 'function') return;
      reply(await follow(socket, request, { database, log }));
    });
  });
  return {
    announce(event, order) {
      void deliver(io, event, orderUpdate(order), [orderRoom(order.id), customerRoom(order.customerId)], log);
      // The last event has been sent; an order that is over keeps no room.
      if (event === 'order:failed' || event === 'order:shipped') io.socketsLeave(orderRoom(order.id));
    },
    attach: (server) => void io.attach(server),
    close: () => io.close(),
  };
}

async function admit(socket: OrderSocket, clientsCount: number, database: Database): Promise<Error | undefined> {
  if (clientsCount > SOCKETS_MAX) return new Error('too many connections');
  const who = credentials.safeParse(socket.handshake.auth);
  if (!who.success) return new Error('unauthorized: expected auth { customerId: number }');
  try {
    if ((await findCustomer(database, who.data.customerId)) === undefined)
      return new Error('unauthorized: no such customer');
  } catch {
    // The client tries again by itself; the database's state is reported by /readyz.
    return new Error('unavailable');
  }
  socket.data.customerId = who.data.customerId;
  return undefined;
}

async function follow(
  socket: OrderSocket,
  request: unknown,
  { database, log }: { database: Database; log: Logger },
): Promise<FollowReply> {
  const wish = followRequest.safeParse(request);
  if (!wish.success) return { ok: false, problem: 'expected { orderId: uuid }' };
  if (socket.rooms.size >= ROOMS_PER_SOCKET_MAX)
    return { ok: false, problem: `at most ${ROOMS_PER_SOCKET_MAX} orders at once` };
  try {
    const order = await findOrder(database, wish.data.orderId);
    // Another customer's order looks like one that does not exist.
    if (order === undefined || order.customerId !== socket.data.customerId)
      return { ok: false, problem: 'no such order' };
    await socket.join(orderRoom(order.id));
    return { ok: true, order: orderUpdate(order) };
  } catch (error) {
    log.error({ err: toDatabaseFailure(error) }, 'follow failed');
    return { ok: false, problem: 'unavailable' };
  }
}

// Each socket gets an event once, even in both rooms. Who does not acknowledge in time has it in GET /orders/:id.
async function deliver(
  io: OrderServer,
  event: OrderEvent,
  update: OrderUpdate,
  rooms: string[],
  log: Logger,
): Promise<void> {
  try {
    const answers = await io.to(rooms).timeout(ACKNOWLEDGE_MILLIS).emitWithAck(event, update);
    log.debug({ event, orderId: update.orderId, acknowledged: answers.length }, 'order update delivered');
  } catch {
    log.debug({ event, orderId: update.orderId }, 'order update not acknowledged by everyone');
  }
}

function orderRoom(orderId: string): string {
  return `order:${orderId}`;
}

function customerRoom(customerId: number): string {
  return `customer:${customerId}`;
}
