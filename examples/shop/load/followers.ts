import { io, type Socket } from 'socket.io-client';
import { type LatencySummary, LatencyTally } from './tally.ts';

const EVENTS = ['order:created', 'order:paid', 'order:failed', 'order:shipped'] as const;
type FollowedEvent = (typeof EVENTS)[number];

export interface FollowersSummary {
  readonly clients: number;
  readonly connected: number;
  readonly connectErrors: number;
  readonly disconnects: number;
  readonly events: Readonly<Record<FollowedEvent, number>>;
  /** From asking to follow an order until the shop acknowledges. */
  readonly acknowledge: LatencySummary;
  readonly acknowledgeTimeouts: number;
  readonly followsRefused: number;
}

const ACKNOWLEDGE_TIMEOUT_MILLIS = 5_000;

/** Socket.IO clients, one a customer: each acknowledges what it gets and asks to follow every order it hears of. */
export class Followers {
  readonly #sockets: Socket[];
  readonly #events = Object.fromEntries(EVENTS.map((event) => [event, 0])) as Record<FollowedEvent, number>;
  readonly #latency = new LatencyTally();
  #connectErrors = 0;
  #disconnects = 0;
  #timeouts = 0;
  #refused = 0;
  #closing = false;

  constructor(url: string, customerIds: readonly number[]) {
    this.#sockets = customerIds.map((customerId) => this.#open(url, customerId));
  }

  /** Resolves when every client is connected, or after `millis` with those that are. */
  async connected(millis: number): Promise<void> {
    const deadline = AbortSignal.timeout(millis);
    await Promise.all(
      this.#sockets.map(
        (socket) =>
          new Promise<void>((resolve) => {
            if (socket.connected) return resolve();
            socket.once('connect', () => resolve());
            deadline.addEventListener('abort', () => resolve());
          }),
      ),
    );
  }

  close(): void {
    this.#closing = true;
    for (const socket of this.#sockets) socket.disconnect();
  }

  summary(): FollowersSummary {
    return {
      clients: this.#sockets.length,
      connected: this.#sockets.filter((socket) => socket.connected).length,
      connectErrors: this.#connectErrors,
      disconnects: this.#disconnects,
      events: { ...this.#events },
      acknowledge: this.#latency.summary(),
      acknowledgeTimeouts: this.#timeouts,
      followsRefused: this.#refused,
    };
  }

  #open(url: string, customerId: number): Socket {
    const socket = io(url, { auth: { customerId }, reconnectionDelayMax: 2_000, forceNew: true });
    socket.on('connect_error', () => {
      this.#connectErrors += 1;
    });
    socket.on('disconnect', () => {
      if (!this.#closing) this.#disconnects += 1;
    });
    for (const event of EVENTS) {
      socket.on(event, (update: { orderId: string }, acknowledge: (received: boolean) => void) => {
        this.#events[event] += 1;
        acknowledge(true);
        if (event === 'order:created') void this.#follow(socket, update.orderId);
      });
    }
    return socket;
  }

  async #follow(socket: Socket, orderId: string): Promise<void> {
    const startedMillis = performance.now();
    try {
      const answer = await socket.timeout(ACKNOWLEDGE_TIMEOUT_MILLIS).emitWithAck('order:follow', { orderId });
      this.#latency.record(performance.now() - startedMillis);
      if (answer?.ok !== true) this.#refused += 1;
    } catch {
      // No acknowledgement in time, or the connection went: counted, and the order goes on without a follower.
      this.#timeouts += 1;
    }
  }
}
