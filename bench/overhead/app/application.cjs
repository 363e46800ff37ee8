'use strict';

// The application of the benchmarks and of the fault bed: plain JavaScript, as its users' applications run, because turning
// TypeScript into JavaScript at start would be measured too. main.cjs and main.mjs load it with require and with import;
// nothing here names a library by itself, so that agents' hooks for the one or the other apply.
//
// Environment: APP_DATABASE_URL, APP_REDIS_URL (without them the routes that need them answer 503), APP_UPSTREAM_URL (what
// /fetch asks), APP_LOG (file of /log's lines; default /dev/null), APP_PARTS (fastify, socket.io beside express),
// APP_SIGTERM (drain, the default: closes what is open and lets the process end; none: no handler), APP_PORT (default: free),
// APP_HOST (default: 127.0.0.1).
const { report } = require('./self-report.cjs');

const LOG_LINES = 5;

/** The default export of an ES module, or what `require` gave. */
const main = (module) => module.default ?? module;

async function openDatabase(load, url) {
  const [postgres, node, core, pg] = await Promise.all(
    ['drizzle-orm/pg-core', 'drizzle-orm/node-postgres', 'drizzle-orm', 'pg'].map((name) => load(name)),
  );
  const customers = postgres.pgTable('customers', {
    id: postgres.integer('id').primaryKey(),
    name: postgres.text('name').notNull(),
  });
  const orderTable = postgres.pgTable('orders', {
    id: postgres.integer('id').primaryKey(),
    customerId: postgres.integer('customer_id').notNull(),
    total: postgres.integer('total').notNull(),
    state: postgres.text('state').notNull(),
  });
  const pool = new (main(pg).Pool)({ connectionString: url, max: 10 });
  pool.on('error', () => undefined);
  const database = node.drizzle({ client: pool });
  const { eq, desc, sql } = core;
  return {
    order: async (id) => (await database.select().from(orderTable).where(eq(orderTable.id, id)).limit(1))[0],
    recent: () => database.select().from(orderTable).orderBy(desc(orderTable.id)).limit(10),
    customers: () => database.select().from(customers).limit(10),
    openOrders: async () =>
      (await database.select({ count: sql`count(*)::int` }).from(orderTable).where(eq(orderTable.state, 'open')))[0],
    close: () => pool.end(),
  };
}

async function openRedis(load, url) {
  const ioredis = await load('ioredis');
  const Redis = ioredis.Redis ?? main(ioredis);
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  return redis;
}

/** Passes what an async handler throws on, so that it works alike with express 4 and 5. */
const handled = (handler) => (request, response, next) => handler(request, response).catch(next);

function databaseRoutes(app, database, redis) {
  const missing = (_, response) => response.status(503).send('no database');
  if (database === undefined || redis === undefined) {
    app.get('/orders/:id', missing);
    app.get('/list', missing);
    return;
  }
  app.get(
    '/orders/:id',
    handled(async (request, response) => {
      const id = Number(request.params.id);
      const [order, note] = [await database.order(id), await redis.get(`order:${id}`)];
      if (order === undefined) response.status(404).send('no such order');
      else response.json({ ...order, note });
    }),
  );
  app.get(
    '/list',
    handled(async (_, response) => {
      const recent = await database.recent();
      const customers = await database.customers();
      const open = await database.openOrders();
      const notes = await redis.mget(recent.map(({ id }) => `order:${id}`));
      const seen = await redis.get('order:1');
      response.json({ recent, customers, open, notes, seen });
    }),
  );
}

async function expressApp(load, database, redis) {
  const app = main(await load('express'))();
  app.disable('x-powered-by');
  app.get('/ping', (_, response) => response.send('pong'));
  databaseRoutes(app, database, redis);
  if ((process.env.APP_PARTS ?? '').includes('pino')) {
    const pino = main(await load('pino'));
    const log = pino(pino.destination({ dest: process.env.APP_LOG ?? '/dev/null', sync: true }));
    app.get('/log', (_, response) => {
      for (let line = 1; line <= LOG_LINES; line += 1) log.info({ line, order: 17 }, 'an order was looked at');
      response.send('logged');
    });
  }
  const upstream = process.env.APP_UPSTREAM_URL;
  if (upstream !== undefined)
    app.get(
      '/fetch',
      handled(async (_, response) => response.send(await (await fetch(upstream)).text())),
    );
  return app;
}

/** fastify beside express: a server and a port of its own. */
async function startFastify(load) {
  const fastify = main(await load('fastify'))();
  fastify.get('/ping', async () => 'pong');
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  return { port: fastify.server.address().port, close: () => fastify.close() };
}

async function startSocketIo(load, server) {
  const { Server } = await load('socket.io');
  const io = new Server(server, { transports: ['websocket'], serveClient: false });
  io.on('connection', (socket) => socket.on('echo', (text, answer) => answer(text)));
  return io;
}

function endOnTerm(close) {
  if ((process.env.APP_SIGTERM ?? 'drain') === 'none') return;
  process.once('SIGTERM', () => {
    close().catch((error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exitCode = 1;
    });
  });
}

/** Listens, then prints one line of JSON: `{"ready":true,"port":…,"fastifyPort":…}`. */
async function start(load) {
  const { APP_DATABASE_URL, APP_REDIS_URL, APP_PARTS = '', APP_PORT = '0', APP_HOST = '127.0.0.1' } = process.env;
  const parts = APP_PARTS.split(',');
  const http = main(await load('node:http'));
  const database = APP_DATABASE_URL && (await openDatabase(load, APP_DATABASE_URL));
  const redis = APP_REDIS_URL && (await openRedis(load, APP_REDIS_URL));
  const app = await expressApp(load, database || undefined, redis || undefined);
  const server = http.createServer(app);
  const io = parts.includes('socket.io') ? await startSocketIo(load, server) : undefined;
  const fastify = parts.includes('fastify') ? await startFastify(load) : undefined;
  endOnTerm(async () => {
    await new Promise((resolve) => {
      if (io) io.close(resolve);
      else server.close(resolve);
      server.closeAllConnections();
    });
    await fastify?.close();
    if (database) await database.close();
    if (redis) redis.disconnect();
    if (process.connected) process.disconnect();
  });
  report();
  server.listen(Number(APP_PORT), APP_HOST, () => {
    const line = { ready: true, port: server.address().port, fastifyPort: fastify?.port };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  });
}

module.exports = { start };
