// Each driver with each version of Drizzle, as an application opens it.
import { createRequire } from 'node:module';

export type Orm = 'drizzle-orm' | 'drizzle-orm-rc';
export type Driver = 'node-postgres' | 'postgres-js' | 'pglite' | 'libsql' | 'better-sqlite3' | 'mysql2';

// biome-ignore lint/suspicious/noExplicitAny: one application for ten pairs of libraries, of which no two have the same types.
export type Any = any;

/** As the application's module system does it. */
type Load = (specifier: string) => Any;
export const LOADS: Record<'esm' | 'cjs', Load> = {
  esm: (specifier) => import(specifier),
  cjs: createRequire(import.meta.url),
};
/** `import` of CommonJS and `require` of it, alike. */
const defaultOf = (module: Any): Any => module.default ?? module;

export interface OpenDatabase {
  readonly db: Any;
  readonly orders: Any;
  readonly customers: Any;
  readonly operators: Any;
  readonly close: () => Promise<void>;
}

const TABLES = ['drop table if exists orders', 'drop table if exists customers'];
const CREATE: Record<string, string[]> = {
  pg: [
    'create table customers (id integer primary key, name text not null)',
    'create table orders (id integer primary key, customer_id integer not null, note text unique)',
  ],
  mysql: [
    'create table customers (id integer primary key, name varchar(100) not null)',
    'create table orders (id integer primary key, customer_id integer not null, note varchar(100) unique)',
  ],
};
const FILL = [
  "insert into customers values (1, 'a'), (2, 'b')",
  "insert into orders values (1, 1, 'one'), (2, 1, 'two'), (3, 2, 'three')",
];

async function schemaOf(load: Load, orm: Orm, dialect: 'pg' | 'sqlite' | 'mysql') {
  const core = await load(`${orm}/${dialect}-core`);
  const { relations, defineRelations } = await load(orm);
  const table = core[`${dialect}Table`];
  const text = dialect === 'mysql' ? (name: string) => core.varchar(name, { length: 100 }) : core.text;
  const integer = dialect === 'mysql' ? core.int : core.integer;
  const customers = table('customers', { id: integer('id').primaryKey(), name: text('name').notNull() });
  const orders = table('orders', {
    id: integer('id').primaryKey(),
    customerId: integer('customer_id').notNull(),
    note: text('note').unique(),
  });
  if (orm === 'drizzle-orm') {
    const ordersRelations = relations(orders, ({ one }: Any) => ({
      customer: one(customers, { fields: [orders.customerId], references: [customers.id] }),
    }));
    return { customers, orders, given: { schema: { customers, orders, ordersRelations } } };
  }
  const given = {
    relations: defineRelations({ customers, orders }, (r: Any) => ({
      orders: { customer: r.one.customers({ from: r.orders.customerId, to: r.customers.id }) },
    })),
  };
  return { customers, orders, given };
}

interface Opened {
  readonly db: Any;
  readonly run: (text: string) => Any;
  readonly close: () => Any;
}

async function opened(load: Load, orm: Orm, driver: Driver, url: string, given: Any): Promise<Opened> {
  const { drizzle } = await load(`${orm}/${driver}`);
  const open = (client: Any) => drizzle({ client, ...given, ...(driver === 'mysql2' && { mode: 'default' }) });
  switch (driver) {
    case 'node-postgres': {
      const pg = defaultOf(await load('pg'));
      const pool = new pg.Pool({ connectionString: url, max: 2 });
      return { db: open(pool), run: (text) => pool.query(text), close: () => pool.end() };
    }
    case 'postgres-js': {
      const postgres = defaultOf(await load('postgres'));
      const client = postgres(url, { max: 2, onnotice: () => undefined });
      return { db: open(client), run: (text) => client.unsafe(text), close: () => client.end() };
    }
    case 'pglite': {
      const { PGlite } = await load('@electric-sql/pglite');
      const client = new PGlite();
      return { db: open(client), run: (text) => client.exec(text), close: () => client.close() };
    }
    case 'libsql': {
      const { createClient } = await load('@libsql/client');
      const client = createClient({ url: `file:${url}` });
      return { db: open(client), run: (text) => client.execute(text), close: () => client.close() };
    }
    case 'better-sqlite3': {
      const Database = defaultOf(await load('better-sqlite3'));
      const client = new Database(':memory:');
      return { db: open(client), run: (text) => client.exec(text), close: () => client.close() };
    }
    case 'mysql2': {
      const mysql = defaultOf(await load('mysql2/promise'));
      const pool = mysql.createPool(url);
      return { db: open(pool), run: (text) => pool.query(text), close: () => pool.end() };
    }
  }
}

export async function openDatabase(load: Load, orm: Orm, driver: Driver, url: string): Promise<OpenDatabase> {
  const dialect = driver === 'mysql2' ? 'mysql' : driver === 'libsql' || driver === 'better-sqlite3' ? 'sqlite' : 'pg';
  const { customers, orders, given } = await schemaOf(load, orm, dialect);
  const { db, run, close } = await opened(load, orm, driver, url, given);
  const create = CREATE[dialect === 'mysql' ? 'mysql' : 'pg'] as string[];
  for (const text of [...TABLES, ...create, ...FILL]) await run(text);
  return { db, orders, customers, operators: await load(orm), close: async () => void (await close()) };
}
