import { ask } from './ask.mjs';

export async function fastifyApp(fastify) {
  const app = fastify();
  app.get('/', async () => 'ok');
  app.get('/orders/:id', (_request, reply) => reply.send('ok'));
  app.route({ method: ['GET', 'POST'], url: '/both', handler: async () => 'ok' });
  app.get('/files/*', async () => 'ok');
  app.get('/fails', async () => {
    throw new Error('on purpose');
  });
  app.register(
    async (tenant) => {
      tenant.decorateRequest('user', null);
      tenant.addHook('onRequest', async (request, reply) => {
        if (request.params.tenant === 'nobody') return reply.code(401).send('no');
      });
      tenant.get('/orders/:id', async () => 'ok');
    },
    { prefix: '/api/:tenant' },
  );
  await app.listen({ port: 0 });
  await ask(app.server.address().port, [
    'GET /',
    'GET /orders/7?secret=1',
    'HEAD /orders/7',
    'POST /both',
    'GET /files/a/b',
    'GET /fails',
    'GET /nowhere',
    'GET /api/acme/orders/7',
    'GET /api/nobody/orders/7',
  ]);
  await app.close();
}
