import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { KINDS, type Kind, type Lane, planLanes } from './mix.ts';
import { RequestTally } from './tally.ts';

export interface TrafficOptions {
  readonly url: string;
  readonly rate: number;
  readonly seconds: number;
  readonly customerIds: readonly number[];
  readonly productIds: readonly number[];
  readonly signal: AbortSignal;
}

const REQUEST_TIMEOUT_SECONDS = 10;
// How long answers that are late may come after the end.
const OVERDUE_SECONDS = 5;
const RETRY_MILLIS = 1_000;
// autocannon looks this often whether it should stop.
const STOP_WITHIN_MILLIS = 100;
const RECENT_ORDERS_MAX = 200;

/** HTTP traffic at a set rate. The tallies can be read while it runs. */
export class Traffic {
  readonly tallies: Readonly<Record<Kind, RequestTally>> = Object.fromEntries(
    KINDS.map((kind) => [kind, new RequestTally()]),
  ) as Record<Kind, RequestTally>;
  readonly #options: TrafficOptions;
  readonly #run = randomUUID();
  readonly #recentOrders: string[] = [];
  #orders = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** Resolves when everything is sent and answered, a little after the time is over, or when the signal aborts. */
  async send(): Promise<void> {
    await Promise.all(planLanes(this.#options.rate).map((lane) => this.#runLane(lane)));
  }

  async #runLane(lane: Lane): Promise<void> {
    await sleep(lane.startAfterMillis);
    // From here on, not from the common start: a lane that starts late still sends all it should.
    const endMillis = performance.now() + this.#options.seconds * 1_000;
    for (;;) {
      const secondsLeft = Math.round((endMillis - performance.now()) / 1_000);
      if (secondsLeft < 1 || this.#options.signal.aborted) return;
      const brokeOff = await this.#runCannon(lane, secondsLeft);
      if (!brokeOff) return;
      await sleep(RETRY_MILLIS);
    }
  }

  /** @returns true when the shop could not be reached and the cannon gave up; left alone it would reconnect without a pause. */
  async #runCannon({ kind, rate }: Lane, seconds: number): Promise<boolean> {
    const { url, signal } = this.#options;
    const tally = this.tallies[kind];
    const result = await new Promise<autocannon.Result>((resolve, reject) => {
      const instance = autocannon(
        {
          url,
          connections: rate,
          overallRate: rate,
          // A number instead of a duration: nothing is cut off in the middle, which the shop would see as aborted requests.
          amount: rate * seconds,
          timeout: REQUEST_TIMEOUT_SECONDS,
          bailout: rate,
          sampleInt: STOP_WITHIN_MILLIS,
          requests: [this.#request(kind)],
        },
        (error: Error | null, value: autocannon.Result) => {
          signal.removeEventListener('abort', stop);
          clearTimeout(overdue);
          if (error === null) resolve(value);
          else reject(error);
        },
      );
      const stop = () => instance.stop();
      const overdue = setTimeout(stop, (seconds + OVERDUE_SECONDS) * 1_000);
      signal.addEventListener('abort', stop);
      instance.on('response', (_client, status, _bytes, millis) => tally.answered(status, millis));
      // Until it stops it reconnects in a loop; those attempts are no requests.
      let errors = 0;
      instance.on('reqError', () => {
        errors += 1;
        if (errors <= rate) tally.unanswered();
      });
    });
    return result.errors >= rate;
  }

  #request(kind: Kind): autocannon.Request {
    switch (kind) {
      case 'browse':
        return { method: 'GET', path: '/products?limit=20' };
      case 'product':
        return {
          method: 'GET',
          setupRequest: (request) => ({ ...request, path: `/products/${pick(this.#options.productIds)}` }),
        };
      case 'place order':
        return {
          method: 'POST',
          path: '/orders',
          setupRequest: (request) => ({ ...request, ...this.#order() }),
          onResponse: (status, body) => this.#remember(status, body),
        };
      case 'order status':
        return { method: 'GET', setupRequest: (request) => ({ ...request, path: this.#statusPath() }) };
    }
  }

  #order(): { headers: Record<string, string>; body: string } {
    this.#orders += 1;
    return {
      headers: { 'content-type': 'application/json', 'idempotency-key': `${this.#run}-${this.#orders}` },
      body: JSON.stringify({
        customerId: pick(this.#options.customerIds),
        items: [{ productId: pick(this.#options.productIds), quantity: 1 + Math.floor(Math.random() * 3) }],
      }),
    };
  }

  #remember(status: number, body: string): void {
    if (status !== 201) return;
    const order: unknown = JSON.parse(body);
    if (typeof order !== 'object' || order === null || !('id' in order) || typeof order.id !== 'string') return;
    this.#recentOrders.push(order.id);
    if (this.#recentOrders.length > RECENT_ORDERS_MAX) this.#recentOrders.shift();
  }

  #statusPath(): string {
    const orderId = this.#recentOrders.length === 0 ? undefined : pick(this.#recentOrders);
    return orderId === undefined ? `/customers/${pick(this.#options.customerIds)}/orders` : `/orders/${orderId}`;
  }
}

function pick<Item>(items: readonly Item[]): Item {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}
