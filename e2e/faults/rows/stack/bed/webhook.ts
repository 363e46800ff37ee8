import { createServer, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { portOf } from '../../../../collector/otlp-sink.ts';

/** One alert of a notification. */
export interface NotifiedAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
}

/** A notification that came, answered well or not. */
export interface Notification {
  /** Since the receiver was started, in seconds. */
  readonly at: number;
  /** What was answered; 0 is nothing. */
  readonly answered: number;
  readonly alerts: readonly NotifiedAlert[];
}

/** How a receiver answers: a status, or not at all. */
export type Behaviour = 200 | 429 | 500 | 'hang';

/** Stands for whoever is paged: takes Alertmanager's webhook and keeps what came. */
export class Webhook {
  readonly url: string;
  readonly notifications: Notification[] = [];
  #behaviour: Behaviour = 200;
  readonly #hanging = new Set<ServerResponse>();
  readonly #server;
  readonly #start = performance.now();

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.url = `http://127.0.0.1:${portOf(server)}/`;
  }

  /** Starts one on a free port. An `address` other than this machine's own is for namespaces. */
  static async start(address = '127.0.0.1'): Promise<Webhook> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, address, resolve));
    const webhook = new Webhook(server);
    server.on('request', (request, response) => {
      void json(request).then(
        (body) => webhook.#take(body as { alerts: NotifiedAlert[] }, response),
        () => response.destroy(),
      );
    });
    return webhook;
  }

  get port(): number {
    return portOf(this.#server);
  }

  /** Seconds since it was started: what `at` of a notification counts. */
  get now(): number {
    return (performance.now() - this.#start) / 1_000;
  }

  /** How it answers from now on; who was left waiting is cut off. */
  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
    for (const response of this.#hanging) response.destroy();
    this.#hanging.clear();
  }

  /** Notifications that were answered with success and have a firing alert of that name. */
  pages(alertname: string, status: NotifiedAlert['status'] = 'firing'): Notification[] {
    return this.notifications.filter(
      ({ answered, alerts }) =>
        answered === 200 && alerts.some((alert) => alert.labels.alertname === alertname && alert.status === status),
    );
  }

  async close(): Promise<void> {
    this.behave(200);
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #take({ alerts }: { alerts: readonly NotifiedAlert[] }, response: ServerResponse): void {
    const answered = this.#behaviour === 'hang' ? 0 : this.#behaviour;
    this.notifications.push({ at: this.now, answered, alerts });
    if (answered === 0) this.#hanging.add(response);
    else response.writeHead(answered).end();
  }
}
