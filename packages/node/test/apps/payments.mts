// A TypeScript application with Fastify and pino, started without a build.
import { trace } from '@opentelemetry/api';
import Fastify from 'fastify';
import { pino } from 'pino';

const logger = pino({ level: 'info' });
const app = Fastify();
app.addHook('preHandler', async (request, reply) => {
  if (request.headers['x-refuse'] !== undefined) await reply.code(401).send();
});
app.post<{ Params: { id: string } }>('/payments/:id', async (request) => {
  trace.getTracer('app').startSpan('charge').end();
  logger.info({ id: request.params.id }, 'payment taken');
  return { taken: true };
});

await app.listen({ port: 0, host: '127.0.0.1' });
const [address] = app.addresses();
const call = async (path: string, init: RequestInit = {}) =>
  (await fetch(`http://127.0.0.1:${address?.port}${path}`, init)).text();
const body = JSON.stringify({ amount: 7 });
await call('/payments/7', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
await call('/payments/8', { method: 'POST', headers: { 'x-refuse': 'yes' } });
await call('/unknown');
logger.warn('closing');
await app.close();
