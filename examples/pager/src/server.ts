import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { boardHtml } from './board.ts';
import { CONTENT_SECURITY_POLICY, documentHtml } from './document.ts';
import type { EventStream } from './event-stream.ts';
import { type Notification, parseNotification } from './notification.ts';
import type { Page, PageLog } from './page-log.ts';

export interface PagerParts {
  readonly log: PageLog;
  readonly events: EventStream;
  readonly onPage: (page: Page) => void;
  readonly now: () => Date;
}

export const BODY_BYTES_MAX = 256 * 1024;
const REQUEST_TIMEOUT_MILLIS = 10_000;

const SAFE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** The pager's HTTP side. */
export function createPagerServer(parts: PagerParts): Server {
  let heartbeatAt: Date | undefined;
  const board = () =>
    boardHtml({ firing: parts.log.firing(), pages: parts.log.since(0), heartbeatAt, now: parts.now() });

  const routes: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse, url: URL) => void>> = {
    'GET /': (_request, response) => sendHtml(response, documentHtml(board())),
    'GET /board': (_request, response) => sendHtml(response, board()),
    'GET /livez': (_request, response) => sendJson(response, 200, { status: 'ok' }),
    'GET /events': (_request, response) => {
      if (!parts.events.open(response)) sendJson(response, 503, { title: 'Too many open pages', status: 503 });
    },
    'GET /api/pages': (_request, response, url) => {
      const since = url.searchParams.get('since') ?? '0';
      if (!/^\d{1,15}$/.test(since)) {
        sendJson(response, 400, { title: 'since: expected the id of a page, a whole number', status: 400 });
        return;
      }
      sendJson(response, 200, {
        pages: parts.log.since(Number(since)),
        latest: parts.log.latest,
        firing: parts.log.firing().length,
        heartbeatAt: heartbeatAt?.toISOString() ?? null,
      });
    },
    'POST /alertmanager': (request, response) =>
      receive(request, response, (notification, bytes) => {
        const page = parts.log.add(notification, { bytes, receivedAt: parts.now() });
        parts.onPage(page);
        parts.events.announce(page.id);
        sendJson(response, 200, { id: page.id });
      }),
    // The Watchdog's route: it proves that the way works and is no page.
    'POST /heartbeat': (request, response) =>
      receive(request, response, () => {
        heartbeatAt = parts.now();
        sendJson(response, 200, { status: 'ok' });
      }),
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://pager');
    const route = routes[`${request.method} ${url.pathname}`];
    if (route === undefined) sendJson(response, 404, { title: 'No such route', status: 404 });
    else route(request, response, url);
  });
  server.requestTimeout = REQUEST_TIMEOUT_MILLIS;
  return server;
}

// Only JSON: a web page elsewhere cannot send that without asking first, and is not allowed to.
function receive(
  request: IncomingMessage,
  response: ServerResponse,
  accept: (notification: Notification, bytes: number) => void,
): void {
  if (!request.headers['content-type']?.startsWith('application/json')) {
    sendJson(response, 415, { title: 'Expected content-type: application/json', status: 415 });
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
    else if (!response.headersSent) {
      response.setHeader('connection', 'close');
      sendJson(response, 413, { title: `The body is larger than ${BODY_BYTES_MAX} bytes`, status: 413 });
    }
  });
  request.on('end', () => {
    if (response.headersSent) return;
    const parsed = parseNotification(Buffer.concat(chunks).toString('utf8'));
    if (parsed.status === 'invalid')
      sendJson(response, 400, { title: `Not an Alertmanager notification: ${parsed.problem}`, status: 400 });
    else accept(parsed.notification, bytes);
  });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...SAFE_HEADERS, 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function sendHtml(response: ServerResponse, html: string): void {
  response.writeHead(200, {
    ...SAFE_HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': CONTENT_SECURITY_POLICY,
  });
  response.end(html);
}
