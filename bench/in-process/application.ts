// The benchmark's application, express 5 with Drizzle on pg and ioredis, whose database and cache are in memory.

import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type PreparedAnswer, postgresSocket } from './fake-postgres.ts';
import { redisSocket } from './fake-redis.ts';

const POOL_SIZE = 10;
const INTEGER = 23;
const TEXT = 25;

const orderRow = (id: number): string[] => [String(id), String(id % 7), String(1_000 + id), 'paid'];
const rows = (count: number, row: (id: number) => string[]): string[][] =>
  Array.from({ length: count }, (_, index) => row(index + 1));

const ANSWERS: readonly PreparedAnswer[] = [
  {
    match: 'from "orders" where',
    columns: ['id', 'customer_id', 'total', 'state'],
    types: [INTEGER, INTEGER, INTEGER, TEXT],
    rows: rows(1, orderRow),
  },
  {
    match: 'from "orders" order by',
    columns: ['id', 'customer_id', 'total', 'state'],
    types: [INTEGER, INTEGER, INTEGER, TEXT],
    rows: rows(10, orderRow),
  },
  {
    match: 'from "customers"',
    columns: ['id', 'name'],
    types: [INTEGER, TEXT],
    rows: rows(5, (id) => [String(id), `customer ${id}`]),
  },
  {
    match: 'from "products"',
    columns: ['id', 'name'],
    types: [INTEGER, TEXT],
    rows: rows(5, (id) => [String(id), `product ${id}`]),
  },
];

const VALUES = { 'order:seen': '41', 'list:banner': 'Free delivery', 'list:version': '17' };

/**
 * The application as its own code would write it, with its libraries from `folder`. By `require`, which every agent hooks into; not
 * listening: connections are handed to the server.
 */
export async function openApplication(folder: string): Promise<Server> {
  const load = createRequire(join(folder, 'package.json'));
  const { Pool } = load('pg');
  const { Redis } = load('ioredis');
  const redis = new Redis({
    Connector: class {
      connect = () => Promise.resolve(redisSocket(VALUES).connect());
      check = () => true;
    },
    enableReadyCheck: false,
    disableClientInfo: true,
    protocol: 2,
    lazyConnect: true,
  });
  await redis.connect();
  // No connection is closed between two slices of load: connecting again would count for the next one.
  const idleTimeoutMillis = 0;
  const stream = () => postgresSocket(ANSWERS);
  const pool = new Pool({ max: POOL_SIZE, idleTimeoutMillis, user: 'bench', database: 'shop', stream });
  return load('node:http').createServer(routes(load, pool, redis));
}

function routes(load: NodeJS.Require, pool: object, redis: { get(key: string): Promise<string> }) {
  const express = load('express');
  const { asc, eq, gt } = load('drizzle-orm');
  const { drizzle } = load('drizzle-orm/node-postgres');
  const { integer, pgTable, text } = load('drizzle-orm/pg-core');
  const orders = pgTable('orders', {
    id: integer('id').primaryKey(),
    customerId: integer('customer_id'),
    total: integer('total'),
    state: text('state'),
  });
  const named = (table: string) => pgTable(table, { id: integer('id').primaryKey(), name: text('name') });
  const [customers, products] = [named('customers'), named('products')];
  const database = drizzle(pool);
  const app = express();
  app.get('/ping', (_request: unknown, response: Reply) => response.json({ pong: true }));
  app.get('/orders/:id', async (request: { params: { id: string } }, response: Reply) => {
    const [order] = await database
      .select()
      .from(orders)
      .where(eq(orders.id, Number(request.params.id)));
    response.json({ order, seen: await redis.get('order:seen') });
  });
  app.get('/list', async (_request: unknown, response: Reply) => {
    const found = await database.select().from(orders).orderBy(asc(orders.id)).limit(10);
    const people = await database.select().from(customers).where(gt(customers.id, 0));
    const goods = await database.select().from(products).where(gt(products.id, 0));
    const [banner, version] = await Promise.all([redis.get('list:banner'), redis.get('list:version')]);
    response.json({ orders: found, customers: people, products: goods, banner, version });
  });
  return app;
}

interface Reply {
  json(value: object): void;
}
