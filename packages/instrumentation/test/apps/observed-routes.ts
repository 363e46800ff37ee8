/** What an application can see of express and fastify: printed as lines, which must be the same with and without us. */
import { subscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { httpRouteOf } from '../../src/http-route.ts';

// biome-ignore lint/suspicious/noExplicitAny: looks at what libraries keep to themselves.
type Any = any;
const require = createRequire(import.meta.url);
const say = (name: string, value: unknown) => process.stdout.write(`${name} ${JSON.stringify(value)}\n`);
const framesOf = (error: unknown) => (error as Error).stack?.split('\n').slice(1);

if (process.env.PRINT_ROUTES === '1') {
  subscribe('http.server.response.finish', (message) => say('route', httpRouteOf((message as Any).request)));
}

const express = require('express') as Any;
const handler = (_request: unknown, response: Any) => response.end('ok');
const app = express();
const router = express.Router();
router.get('/orders/:id', handler);
router.get('/fails', () => {
  throw new Error('on purpose');
});
say('use returns its owner', [app.use('/api', router) === app, router.use(handler) === router]);
say('use', [app.use.name, app.use.length, router.use.name, router.use.length, Object.keys(express.application).length]);
say(
  'stack',
  app.router.stack.map((layer: Any) => [layer.name, Reflect.ownKeys(layer).map(String)]),
);
say('handler', [router.stack[0].route.stack[0].handle === handler, app.router.stack[0].handle === router]);
for (const wrong of [() => app.use(), () => app.use('/x'), () => router.use('/x', 7)]) {
  try {
    wrong();
  } catch (error) {
    say('refusal', String(error));
  }
}
app.use((error: Error, request: Any, response: Any, _next: unknown) => {
  say('frames', framesOf(error));
  say('keys', Reflect.ownKeys(request).map(String));
  say('matched', [request.route.path, request.baseUrl]);
  response.statusCode = 500;
  response.end();
});
const server = app.listen(0);
await new Promise((resolve) => server.once('listening', resolve));
for (const path of ['/api/orders/7', '/api/fails']) {
  say(
    'status',
    (await fetch(`http://localhost:${server.address().port}${path}`, { headers: { connection: 'close' } })).status,
  );
}
server.close();

const fastify = require('fastify')() as Any;
fastify.addHook('onError', async (request: Any, _reply: unknown, error: unknown) => {
  say('fastify frames', framesOf(error));
  say('fastify request', [Reflect.ownKeys(request).map(String), Object.keys(request.raw)]);
});
fastify.get('/fails/:id', () => {
  throw new Error('on purpose');
});
fastify.register(async (inner: Any) => {
  inner.decorateRequest('user', null);
  inner.get('/inner', async () => 'ok');
});
await fastify.listen({ port: 0 });
for (const path of ['/fails/1', '/inner']) {
  const { port } = fastify.server.address();
  say('status', (await fetch(`http://localhost:${port}${path}`, { headers: { connection: 'close' } })).status);
}
say('fastify', fastify.printRoutes());
await fastify.close();
