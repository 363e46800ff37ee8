// A CommonJS application with Fastify and its own logger, which is pino.
const fastify = require('fastify');

const app = fastify({ logger: true });
app.get('/payments/:id', async (request) => {
  request.log.info('payment read');
  return { taken: true };
});
app.listen({ port: 0, host: '127.0.0.1' }).then(async () => {
  await (await fetch(`http://127.0.0.1:${app.addresses()[0].port}/payments/7`)).text();
  await app.close();
});
