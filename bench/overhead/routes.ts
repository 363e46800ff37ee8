/** What one unit of load asks the measured application for (app/README.md). */
export interface Route {
  readonly name: string;
  readonly about: string;
  readonly path: string;
  /** Which of the application's servers, or that it is a Socket.IO event. */
  readonly target: 'express' | 'fastify' | 'socket.io';
  /** For APP_PARTS. */
  readonly part?: 'pino' | 'fastify' | 'socket.io';
}

export const ROUTES: readonly Route[] = [
  { name: 'ping', about: 'GET /ping, no I/O', path: '/ping', target: 'express' },
  { name: 'orders', about: 'GET /orders/:id, one query and one Redis GET', path: '/orders/{id}', target: 'express' },
  { name: 'list', about: 'GET /list, three queries and two Redis commands', path: '/list', target: 'express' },
  { name: 'fastify', about: 'GET /ping of fastify, no I/O', path: '/ping', target: 'fastify', part: 'fastify' },
  { name: 'log', about: 'GET /log, five lines with pino', path: '/log', target: 'express', part: 'pino' },
  { name: 'fetch', about: 'GET /fetch, one outgoing fetch', path: '/fetch', target: 'express' },
  { name: 'echo', about: 'Socket.IO event, acknowledged', path: '/', target: 'socket.io', part: 'socket.io' },
];
