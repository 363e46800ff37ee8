import type { ServerResponse } from 'node:http';

const STREAMS_MAX = 50;
const KEEP_ALIVE_MILLIS = 15_000;

/** Server-sent events to every open page. Each stream is bounded by its socket; one that does not read is closed. */
export class EventStream {
  readonly #responses = new Set<ServerResponse>();
  readonly #keepAlive: NodeJS.Timeout;

  constructor() {
    this.#keepAlive = setInterval(() => this.#write(': keep-alive\n\n'), KEEP_ALIVE_MILLIS).unref();
  }

  /** @returns false when there are too many streams; nothing was written then. */
  open(response: ServerResponse): boolean {
    if (this.#responses.size >= STREAMS_MAX) return false;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 2000\n\n');
    this.#responses.add(response);
    response.on('close', () => this.#responses.delete(response));
    return true;
  }

  announce(pageId: number): void {
    this.#write(`event: page\nid: ${pageId}\ndata: ${pageId}\n\n`);
  }

  close(): void {
    clearInterval(this.#keepAlive);
    for (const response of this.#responses) response.end();
  }

  #write(text: string): void {
    for (const response of this.#responses) if (!response.write(text)) response.destroy();
  }
}
