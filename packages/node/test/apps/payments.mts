// A TypeScript application with Fastify and pino, started without a build.
import Fastify from 'fastify';
import { pino } from 'pino';

const logger = pino({ level: 'info' });
const app = Fastify();
app.post<{ Params: { id: string } }>('/payments/:id', async (request) => {
  logger.info({ id: request.params.id }, 'payment taken');
  return { taken: true };
});

await app.listen({ port: 0, host: '127.0.0.1' });
const [address] = app.addresses();
await (await fetch(`http://127.0.0.1:${address?.port}/payments/7`, { method: 'POST' })).text();
logger.warn('closing');
await app.close();
