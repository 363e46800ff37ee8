import { once } from 'node:events';
import { ask } from './ask.mjs';

export async function honoApp(Hono, serve) {
  const app = new Hono();
  app.use('*', async (_c, next) => next());
  app.get('/', (c) => c.text('ok'));
  app.get('/orders/:id', async (c) => c.text(c.req.param('id')));
  app.on(['GET', 'POST'], ['/first', '/second/:id'], (c) => c.text('ok'));
  app.get('/fails', () => {
    throw new Error('on purpose');
  });
  app.onError((error, c) => c.text(error.message, 500));
  const tenant = new Hono();
  tenant.get('/orders/:id{[0-9]+}', (c) => c.text('ok'));
  tenant.onError((_error, c) => c.text('own', 500));
  app.route('/api/:tenant', tenant);

  const server = serve({ fetch: app.fetch, port: 0 });
  if (!server.listening) await once(server, 'listening');
  await ask(server.address().port, [
    'GET /',
    'GET /orders/7?secret=1',
    'HEAD /orders/7',
    'POST /second/2',
    'GET /fails',
    'GET /nowhere',
    'GET /api/acme/orders/7',
  ]);
  server.close();
}
