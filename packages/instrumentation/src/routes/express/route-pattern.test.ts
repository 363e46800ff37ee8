import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import express from 'express';
import { routeOfRequest } from './request-route.ts';

// Express 5.3 keeps the paths of what is mounted itself: nothing is watched here (in processes: test/routes.test.ts).
let server: Server | undefined;
afterEach(() => void server?.close());

const answer = (_request: unknown, response: { end(text: string): unknown }) => void response.end('ok');

/** The routes of these requests, `GET /path`, as they are when each response has ended. */
async function routesOf(app: express.Express, ...requests: string[]): Promise<(string | undefined)[]> {
  const routes: (string | undefined)[] = [];
  server = createServer((request: IncomingMessage, response) => {
    response.on('finish', () => routes.push(routeOfRequest(request)));
    app(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  for (const line of requests) {
    const [method, path] = line.split(' ') as [string, string];
    await new Promise<void>((resolve) => {
      get({ port, path, method, agent: false }, (response) => response.resume().on('end', resolve));
    });
  }
  return routes;
}

test('mounted routers give the patterns joined, never a value of the URL', async () => {
  const orders = express.Router();
  orders.get('/', answer);
  orders.get('/orders/:id', answer);
  const app = express();
  app.use('/api/:tenant/', orders);
  expect(await routesOf(app, 'GET /api/acme', 'GET /api/acme/orders/7?key=s3cret')).toEqual([
    '/api/:tenant',
    '/api/:tenant/orders/:id',
  ]);
});

test('a router that is mounted three times says under which it was reached', async () => {
  const orders = express.Router();
  orders.get('/orders/:id', answer);
  const app = express();
  app.use('/v1', orders);
  app.use('/v1/:region', orders);
  app.use(['/:old', /^\/legacy-\d+/], orders);
  expect(
    await routesOf(app, 'GET /v1/orders/7', 'GET /V1/eu/orders/7', 'GET /x/orders/7', 'GET /legacy-3/orders/7'),
  ).toEqual(['/v1/orders/:id', '/v1/:region/orders/:id', '/:old/orders/:id', '/:old/orders/:id']);
});

test('no route: 404, what only middleware answers, and a route for everything that answers 404', async () => {
  const app = express();
  app.use('/graphql', answer);
  app.get('/orders', answer);
  app.get('/found/*rest', (_request, response) => void response.status(404).end());
  app.all('/{*path}', (request, response) => void response.status(request.path === '/spa' ? 200 : 404).end());
  const bare = express();
  expect(await routesOf(bare, 'GET /nowhere')).toEqual([undefined]);
  server?.close();
  expect(await routesOf(app, 'GET /graphql', 'GET /nowhere', 'GET /found/not', 'GET /spa')).toEqual([
    undefined,
    undefined,
    '/found/*rest',
    '/{*path}',
  ]);
});

test('the route that was matched last stays when the next one answers, or an error handler does', async () => {
  const app = express();
  app.get('/orders/new', (_request, _response, next) => next('route'));
  app.get('/orders/:id', (_request, _response, next) => next(new Error('no')));
  app.use((_error: unknown, _request: unknown, response: { end(): unknown }, _next: unknown) => void response.end());
  expect(await routesOf(app, 'GET /orders/new')).toEqual(['/orders/:id']);
});

test('a router that is mounted in itself comes to an end', async () => {
  const ring = express.Router();
  ring.get('/orders', answer);
  ring.use('/again', ring);
  const app = express();
  app.use('/ring', ring);
  expect(await routesOf(app, 'GET /ring/orders')).toEqual(['/ring/orders']);
});

test('where the URL was rewritten, one way is said and of several none', async () => {
  const orders = express.Router();
  orders.get('/orders', answer);
  const app = express();
  app.use((request, _response, next) => {
    request.url = request.url.replace('/old', '/new');
    next();
  });
  app.use('/new', orders);
  expect(await routesOf(app, 'GET /old/orders')).toEqual(['/new/orders']);
  server?.close();
  const twice = express();
  twice.use((request, _response, next) => {
    request.url = '/a/orders';
    next();
  });
  twice.use('/a', orders);
  twice.use('/b', orders);
  expect(await routesOf(twice, 'GET /x')).toEqual([undefined]);
});
