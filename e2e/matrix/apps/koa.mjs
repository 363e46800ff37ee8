import { createServer } from 'node:http';
import { serveAndAsk } from './ask.mjs';

export async function koaApp(Koa, Router) {
  const app = new Koa();
  app.silent = true;
  app.use(async (_context, next) => next());
  const orders = new Router();
  orders.get('/orders/:id', (context) => {
    context.body = 'ok';
  });
  orders.get('/fails', () => {
    throw new Error('on purpose');
  });
  const tenant = new Router({ prefix: '/api/:tenant' });
  tenant.use('/nested', orders.routes());
  const root = new Router();
  root.get('/', (context) => {
    context.body = 'ok';
  });
  root.get(/^\/regex-(\d+)$/, (context) => {
    context.body = 'ok';
  });
  app.use(root.routes()).use(orders.routes()).use(tenant.routes()).use(orders.allowedMethods());
  await serveAndAsk(createServer(app.callback()), [
    'GET /',
    'GET /orders/7?secret=1',
    'HEAD /orders/7',
    'GET /regex-12',
    'GET /fails',
    'GET /nowhere',
    'GET /api/acme/nested/orders/7',
  ]);
}
