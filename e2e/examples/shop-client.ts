import { io, type Socket } from 'socket.io-client';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly millis: number;
}

/** Sends JSON and reads JSON. */
export async function ask(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const startedMillis = performance.now();
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    millis: performance.now() - startedMillis,
  };
}

let lastKey = 0;

/** A new Idempotency-Key for each order. */
export function nextKey(): string {
  lastKey += 1;
  return `test-${process.pid}-${lastKey}`;
}

export interface OrderWish {
  readonly customerId: number;
  readonly items?: readonly { readonly productId: number; readonly quantity: number }[];
}

export function order(shop: string, wish: OrderWish, key: string = nextKey()): Promise<Answer> {
  return ask('POST', `${shop}/orders`, wish, { 'idempotency-key': key });
}

/** A product of its own, so that tests do not sell each other's stock. */
export async function newProduct(
  shop: string,
  { stock, priceCents = 500 }: { stock: number; priceCents?: number },
): Promise<number> {
  const answer = await ask('POST', `${shop}/products`, { name: 'Test blend', category: 'coffee', priceCents, stock });
  if (answer.status !== 201) throw new Error(`product: ${answer.status} ${JSON.stringify(answer.body)}`);
  return Number(answer.body.id);
}

export async function stockOf(shop: string, productId: number): Promise<number> {
  return Number((await ask('GET', `${shop}/products/${productId}`)).body.stock);
}

export interface HeardEvent {
  readonly event: string;
  readonly orderId: string;
  readonly status: string;
}

/** A connected Socket.IO client that acknowledges and keeps what it hears. */
export async function listener(shop: string, customerId: unknown): Promise<{ socket: Socket; heard: HeardEvent[] }> {
  const socket = io(shop, { auth: { customerId }, reconnection: false, forceNew: true });
  const heard: HeardEvent[] = [];
  socket.onAny((event: string, update: HeardEvent, acknowledge: (received: boolean) => void) => {
    heard.push({ event, orderId: update.orderId, status: update.status });
    acknowledge(true);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('connect_error', reject);
  });
  return { socket, heard };
}
